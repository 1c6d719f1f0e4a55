package fil.heartbeat.libp2p.ping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Objects;
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
  void blocksAreEchoedWholeWhateverTheirCut(int chunk) {
    byte[] said = random(96);
    PingResponder responder = new PingResponder(0);
    ByteArrayOutputStream echo = new ByteArrayOutputStream();
    for (int at = 0; at < said.length; at += chunk) {
      byte[] answer =
          Objects.requireNonNull(responder.receive(said, at, Math.min(chunk, said.length - at), 0));
      assertThat(answer.length % PingResponder.BLOCK).isZero();
      echo.writeBytes(answer);
    }
    assertThat(echo.toByteArray()).isEqualTo(said);
  }

  @Test
  void blocksBeyondTheBurstAndTheRateAreRefused() {
    int burst = PingResponder.BURST * PingResponder.BLOCK;
    PingResponder responder = new PingResponder(0);
    assertThat(responder.receive(random(burst), 0, burst, 0)).hasSize(burst);
    assertThat(responder.receive(random(31), 0, 31, 0)).isEmpty();
    assertThat(responder.receive(random(1), 0, 1, 0)).isNull();
    PingResponder patient = new PingResponder(0);
    assertThat(patient.receive(random(burst), 0, burst, 0)).hasSize(burst);
    assertThat(patient.receive(random(320), 0, 320, SECOND)).hasSize(320);
    assertThat(patient.receive(random(32), 0, 32, SECOND)).isNull();
  }

  @ParameterizedTest
  @ValueSource(longs = {51, 52, 53, 54, 55})
  void withinTheRateEveryByteComesBackInOrderOnce(long seed) {
    Random random = new Random(seed);
    byte[] said = new byte[3_000];
    random.nextBytes(said);
    PingResponder responder = new PingResponder(0);
    ByteArrayOutputStream echo = new ByteArrayOutputStream();
    long now = 0;
    for (int at = 0; at < said.length; ) {
      int count = Math.min(said.length - at, random.nextInt(100));
      // A block is 100 ms, so the time of the bytes said keeps the rate.
      now += count * SECOND / (PingResponder.BLOCK * PingResponder.MAX_BLOCKS_PER_SECOND);
      echo.writeBytes(Objects.requireNonNull(responder.receive(said, at, count, now)));
      at += count;
      assertThat(at - echo.size()).isBetween(0, PingResponder.BLOCK - 1);
    }
    assertThat(echo.toByteArray()).isEqualTo(Arrays.copyOf(said, echo.size()));
  }

  @Test
  void aFloodIsRefusedWithoutAnEchoHoweverItIsCut() {
    for (int chunk : new int[] {1, 7, 32, 1_000, 65_536}) {
      PingResponder responder = new PingResponder(0);
      byte[] flood = random(chunk);
      int most = PingResponder.BURST * PingResponder.BLOCK;
      int echoed = 0;
      boolean refused = false;
      for (int said = 0; said <= most && !refused; said += chunk) {
        byte[] echo = responder.receive(flood, 0, chunk, 0);
        refused = echo == null;
        echoed += echo == null ? 0 : echo.length;
      }
      // In small cuts the burst may just be used up; the next whole block is beyond it.
      assertThat(refused || responder.receive(random(32), 0, 32, 0) == null).isTrue();
      assertThat(echoed).isLessThanOrEqualTo(most);
    }
  }

  @Test
  void aLongRestEarnsNoMoreThanTheBurst() {
    int burst = PingResponder.BURST * PingResponder.BLOCK;
    PingResponder responder = new PingResponder(0);
    assertThat(responder.receive(random(burst), 0, burst, 3_600 * SECOND)).hasSize(burst);
    assertThat(responder.receive(random(32), 0, 32, 3_600 * SECOND)).isNull();
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
