package fil.heartbeat.libp2p.noise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fil.heartbeat.libp2p.noise.NoiseException.Reason;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NoiseFramesTest {
  private static final int MAX = NoiseFrames.MAX_TRANSPORT_MESSAGE;

  private final NoiseFrames frames = new NoiseFrames();

  @Test
  void everySplitInThreeGivesTheSameMessages() throws Exception {
    List<byte[]> messages = messages(0, 1, 0, 2, 40);
    byte[] stream = stream(messages);
    for (int i = 0; i <= stream.length; i++) {
      for (int j = i; j <= stream.length; j++) {
        NoiseFrames each = new NoiseFrames();
        List<byte[]> cut = new ArrayList<>();
        feed(each, Arrays.copyOfRange(stream, 0, i), cut);
        feed(each, Arrays.copyOfRange(stream, i, j), cut);
        feed(each, Arrays.copyOfRange(stream, j, stream.length), cut);
        assertThat(cut).as("split at %s and %s", i, j).containsExactlyElementsOf(messages);
        assertThat(each.held()).isZero();
      }
    }
  }

  @Test
  void everyTruncationGivesTheWholeMessagesBeforeIt() throws Exception {
    List<byte[]> messages = messages(16, 0, 300);
    byte[] stream = stream(messages);
    for (int length = 0; length < stream.length; length++) {
      List<byte[]> cut = new ArrayList<>();
      feed(new NoiseFrames(), Arrays.copyOf(stream, length), cut);
      int whole = length < 18 ? 0 : length < 20 ? 1 : 2;
      assertThat(cut).containsExactlyElementsOf(messages.subList(0, whole));
    }
  }

  @Test
  void singleBytesGiveTheLongestMessage() throws Exception {
    List<byte[]> messages = messages(MAX, 1);
    List<byte[]> cut = new ArrayList<>();
    for (byte each : stream(messages)) {
      feed(frames, new byte[] {each}, cut);
    }
    assertThat(cut).containsExactlyElementsOf(messages);
    assertThat(frames.held()).isZero();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void randomSplitsGiveTheSameMessages(long seed) throws Exception {
    Random random = new Random(seed);
    int[] lengths = random.ints(50, 0, random.nextBoolean() ? 20 : 3000).toArray();
    List<byte[]> messages = messages(lengths);
    byte[] stream = stream(messages);
    List<byte[]> cut = new ArrayList<>();
    int at = 0;
    while (at < stream.length) {
      int length = Math.min(stream.length - at, random.nextInt(2000));
      frames.receive(stream, at, length);
      drain(frames, cut);
      at += length;
    }
    assertThat(cut).containsExactlyElementsOf(messages);
    assertThat(frames.held()).isZero();
  }

  @Test
  void aLongMessageIsRefusedFromItsPrefixHoweverThatArrives() throws Exception {
    byte[] prefix = {0x10, 0x01};
    frames.receive(prefix, 0, 2);
    refused(frames);
    refused(frames);

    NoiseFrames split = new NoiseFrames();
    split.receive(prefix, 0, 1);
    assertThat(split.next(NoiseFrames.MAX_HANDSHAKE_MESSAGE)).isNull();
    split.receive(prefix, 1, 1);
    refused(split);
    refused(split);
  }

  @Test
  void theLongestHandshakeMessageIsAccepted() throws Exception {
    byte[] message = messages(NoiseFrames.MAX_HANDSHAKE_MESSAGE).get(0);
    byte[] frame = Frames.frame(message);
    frames.receive(frame, 0, frame.length);
    assertThat(frames.next(NoiseFrames.MAX_HANDSHAKE_MESSAGE)).isEqualTo(message);
  }

  @Test
  void aMessageBegunUnderAWideLimitIsRefusedUnderANarrowOne() throws Exception {
    frames.receive(new byte[] {0x20, 0x00, 1}, 0, 3);
    assertThat(frames.next(MAX)).isNull();
    refused(frames);
  }

  @Test
  void memoryFollowsTheReceivedBytesAndNotThePrefix() throws Exception {
    frames.receive(new byte[] {-1, -1, 7}, 0, 3);
    assertThat(frames.next(MAX)).isNull();
    assertThat(frames.held()).isEqualTo(1);
    int arrived = 1;
    byte[] some = new byte[100];
    while (arrived < 60_000) {
      frames.receive(some, 0, some.length);
      assertThat(frames.next(MAX)).isNull();
      arrived += some.length;
      assertThat(frames.held()).isLessThanOrEqualTo(2 * arrived);
    }
  }

  @Test
  void inputOfTwoReadsWaitsInOrder() throws Exception {
    List<byte[]> messages = messages(5, 700, 0, 3);
    byte[] stream = stream(messages);
    for (int i = 0; i <= stream.length; i++) {
      NoiseFrames each = new NoiseFrames();
      each.receive(stream, 0, i);
      each.receive(stream, i, stream.length - i);
      List<byte[]> cut = new ArrayList<>();
      drain(each, cut);
      assertThat(cut).containsExactlyElementsOf(messages);
    }
  }

  @Test
  void unreadInputIsBounded() {
    byte[] much = new byte[NoiseFrames.MAX_HELD];
    frames.receive(much, 0, much.length);
    frames.receive(much, 0, 1);
    assertThat(frames.held()).isEqualTo(much.length);
    Frames.failure(Reason.INVALID, () -> assertThat(frames.next(MAX)).isNull());
    frames.receive(much, 0, 1);
    Frames.failure(Reason.INVALID, () -> assertThat(frames.next(MAX)).isNull());
  }

  @Test
  void aRangeOutsideTheArrayIsTheCallersMistake() {
    assertThatThrownBy(() -> frames.receive(new byte[2], 1, 2))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  private static void refused(NoiseFrames frames) {
    NoiseException failure =
        Frames.failure(
            Reason.INVALID,
            () -> assertThat(frames.next(NoiseFrames.MAX_HANDSHAKE_MESSAGE)).isNull());
    assertThat(failure).hasMessageContaining("expected: at most 4096");
  }

  private static List<byte[]> messages(int... lengths) {
    Random random = new Random(lengths.length);
    List<byte[]> messages = new ArrayList<>();
    for (int length : lengths) {
      byte[] message = new byte[length];
      random.nextBytes(message);
      messages.add(message);
    }
    return messages;
  }

  private static byte[] stream(List<byte[]> messages) {
    return Frames.join(messages.stream().map(Frames::frame).toArray(byte[][]::new));
  }

  private static void feed(NoiseFrames frames, byte[] bytes, List<byte[]> cut)
      throws NoiseException {
    frames.receive(bytes, 0, bytes.length);
    drain(frames, cut);
  }

  private static void drain(NoiseFrames frames, List<byte[]> cut) throws NoiseException {
    byte[] message = frames.next(MAX);
    while (message != null) {
      cut.add(message);
      message = frames.next(MAX);
    }
  }
}
