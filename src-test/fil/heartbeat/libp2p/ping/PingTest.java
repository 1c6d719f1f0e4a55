package fil.heartbeat.libp2p.ping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PingTest {
  private static final long SECOND = 1_000_000_000L;

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random(7).nextBytes(bytes);
    return bytes;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 5, 31, 32, 33, 64, 96})
  void blocksAreEchoedWholeHoweverTheyAreSplit(int chunk) {
    byte[] said = random(96);
    PingResponder responder = new PingResponder(0);
    ByteArrayOutputStream echo = new ByteArrayOutputStream();
    for (int at = 0; at < said.length; at += chunk) {
      byte[] answer = responder.receive(said, at, Math.min(chunk, said.length - at));
      assertThat(answer.length % PingResponder.BLOCK).isZero();
      echo.writeBytes(answer);
    }
    assertThat(echo.toByteArray()).isEqualTo(said);
  }

  @Test
  void creditBeyondTheBurstIsReturnedAtTheRate() {
    int window = 8192 * PingResponder.BLOCK;
    PingResponder responder = new PingResponder(0);
    assertThat(responder.receive(random(window), 0, window)).hasSize(window);
    int credit = responder.takeCredit(0);
    assertThat(credit).isEqualTo(PingResponder.BURST * PingResponder.BLOCK);
    assertThat(responder.takeCredit(0)).isZero();
    long now = 0;
    while (responder.isOwing()) {
      now += SECOND / 10;
      int more = responder.takeCredit(now);
      assertThat(more).isBetween(PingResponder.BLOCK - 1, PingResponder.BLOCK + 1);
      credit += more;
    }
    assertThat(credit).isEqualTo(window);
    assertThat(now).isBetween((8192 - 64) * SECOND / 10, (8192 - 63) * SECOND / 10);
  }

  @Test
  void creditForIncompleteBlocksIsReturnedToo() {
    PingResponder responder = new PingResponder(0);
    assertThat(responder.receive(random(5), 0, 5)).isEmpty();
    assertThat(responder.takeCredit(0)).isEqualTo(5);
    assertThat(responder.isOwing()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(longs = {51, 52, 53, 54, 55})
  void everyByteAndItsCreditComeBackInOrderOnce(long seed) {
    Random random = new Random(seed);
    byte[] said = new byte[3_000];
    random.nextBytes(said);
    PingResponder responder = new PingResponder(0);
    ByteArrayOutputStream echo = new ByteArrayOutputStream();
    long now = 0;
    int credit = 0;
    for (int at = 0; at < said.length; ) {
      int count = Math.min(said.length - at, random.nextInt(300));
      echo.writeBytes(responder.receive(said, at, count));
      at += count;
      now += random.nextInt(10) * SECOND / 100;
      credit += responder.takeCredit(now);
      assertThat(at - echo.size()).isBetween(0, PingResponder.BLOCK - 1);
      assertThat(credit).isLessThanOrEqualTo(at);
      assertThat(responder.isOwing()).isEqualTo(credit < at);
    }
    assertThat(echo.toByteArray()).isEqualTo(Arrays.copyOf(said, echo.size()));
    assertThat(credit + responder.takeCredit(now + 3_600 * SECOND)).isLessThan(said.length + 1);
  }

  @Test
  void aLongRestEarnsNoMoreThanTheBurst() {
    int most = 10_000;
    PingResponder responder = new PingResponder(0);
    assertThat(responder.receive(random(most), 0, most).length).isPositive();
    assertThat(responder.takeCredit(3_600 * SECOND))
        .isEqualTo(PingResponder.BURST * PingResponder.BLOCK);
    assertThat(responder.takeCredit(3_600 * SECOND)).isZero();
  }

  @Test
  void theEchoGivesTheRoundTrip() throws Exception {
    byte[] block = random(32);
    PingRequester requester = new PingRequester(block, 100);
    assertThat(requester.receive(block, 0, 31, 150)).isEqualTo(OptionalLong.empty());
    assertThat(requester.receive(block, 31, 1, 175)).isEqualTo(OptionalLong.of(75));
  }

  @Test
  void aWrongOrLongEchoIsRefused() {
    byte[] block = random(32);
    byte[] other = block.clone();
    other[20] ^= 1;
    assertThatThrownBy(() -> new PingRequester(block, 0).receive(other, 0, 32, 1))
        .isInstanceOf(PingRequester.WrongEchoException.class)
        .hasMessageContaining("byte 20");
    assertThatThrownBy(
            () -> new PingRequester(block, 0).receive(Arrays.copyOf(block, 33), 0, 33, 1))
        .isInstanceOf(PingRequester.WrongEchoException.class);
    assertThatThrownBy(() -> new PingRequester(new byte[31], 0))
        .hasMessageContaining("31 bytes (expected: 32)");
  }
}
