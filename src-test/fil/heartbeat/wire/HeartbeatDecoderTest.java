package fil.heartbeat.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fil.heartbeat.wire.Goldens.Decoded;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class HeartbeatDecoderTest {
  private static final Heartbeat ZERO = new Heartbeat("", 0, "", "", null, null);

  static Stream<String> decoded() {
    return Goldens.lines("decoded.tsv");
  }

  @ParameterizedTest
  @MethodSource("decoded")
  void everyInputIsReadLikeGo(String line) {
    String[] columns = line.split("\t");
    byte[] in = Goldens.bytes(columns[0]);
    List<Heartbeat> beats = new ArrayList<>();
    boolean error = false;
    for (String word : columns[1].split(" ")) {
      if (word.contains(",")) {
        beats.add(beat(word.split(",", -1)));
      } else {
        error = word.equals("error");
      }
    }
    Decoded expected = new Decoded(beats, List.of(), error ? "malformed" : null);
    assertThat(Goldens.decode(in)).isEqualTo(expected);
    assertThat(Goldens.decode(in, IntStream.range(1, Math.max(1, in.length)).toArray()))
        .isEqualTo(expected);
  }

  private static Heartbeat beat(String[] columns) {
    String miner = Goldens.text(columns[3]);
    return new Heartbeat(
        Goldens.text(columns[0]),
        Long.parseLong(columns[1]),
        Goldens.text(columns[2]),
        miner.equals("<empty>") ? "" : miner,
        Goldens.genesis(columns[4]),
        null);
  }

  @Test
  void syncingIsTrueFalseOrUnknown() {
    assertThat(Goldens.decode("{\"Syncing\":true}{\"syncing\":false}{\"Syncing\":null}{}").beats())
        .extracting(Heartbeat::syncing)
        .containsExactly(true, false, null, null);
    assertThat(Goldens.decode("{\"Syncing\":\"yes\"}").reason()).isEqualTo("malformed");
  }

  @Test
  void diagnosticAndStoppingAreTrueOrNot() {
    assertThat(
            Goldens.decode("{\"Diagnostic\":true}{\"stopping\":true}{\"Stopping\":null}{}").beats())
        .extracting(Heartbeat::diagnostic)
        .containsExactly(true, false, false, false);
    assertThat(
            Goldens.decode("{\"Stopping\":true}{\"STOPPING\":true,\"Stopping\":false}{}").beats())
        .extracting(Heartbeat::stopping)
        .containsExactly(true, false, false);
  }

  /** Later senders may write unknown values there: the beat is valid without them. */
  @Test
  void anInvalidValueCountsAsAbsent() {
    assertThat(
            Goldens.decode(
                    "{\"Stopping\":\"yes\",\"Height\":1}{\"Diagnostic\":{\"a\":[true]},\"Height\":2}"
                        + "{\"Stopping\":[1],\"Diagnostic\":1,\"Height\":3}")
                .beats())
        .containsExactly(at(1), at(2), at(3));
  }

  private static Heartbeat at(long height) {
    return new Heartbeat("", height, "", "", null, null);
  }

  @Test
  void anImplausibleHeightIsDroppedAndTheStreamGoesOn() {
    Decoded decoded =
        Goldens.decode(
            "{\"Height\":-1}{\"Height\":9007199254740992}{\"Height\":9223372036854775808}"
                + "{\"Height\":-9223372036854775809}{\"Height\":9007199254740991}"
                + "{\"Height\":1"
                + "0".repeat(2000)
                + "}{}");
    assertThat(decoded.beats())
        .extracting(Heartbeat::height)
        .containsExactly(HeartbeatReader.MAX_HEIGHT, 0L);
    assertThat(decoded.drops()).hasSize(5).containsOnly(HeartbeatDecoder.IMPLAUSIBLE);
    assertThat(decoded.reason()).isNull();
  }

  /** A text of each beat would outlive a collection, of thousands of streams at each new head. */
  @Test
  void textsThatRepeatAreStoredOnce() throws Exception {
    RecentTexts heads = new RecentTexts();
    HeartbeatDecoder one = new HeartbeatDecoder(heads);
    HeartbeatDecoder other = new HeartbeatDecoder(heads);
    Heartbeat first =
        only(
            one,
            "{\"Head\":\"{ a }\",\"Height\":1,\"NickName\":\"lotus\",\"MinerAddress\":\"f01\",\"GenesisCID\":{\"/\":\"g\"}}");
    Heartbeat of = only(other, "{\"Head\":\"{ a }\",\"Height\":1,\"NickName\":\"forest\"}");
    assertThat(of.head()).isSameAs(first.head());
    assertThat(of.nickname()).isEqualTo("forest");
    Heartbeat next =
        only(
            one,
            "{\"Head\":\"{ b }\",\"Height\":2,\"NickName\":\"lotus\",\"MinerAddress\":\"f01\",\"GenesisCID\":{\"/\":\"g\"}}");
    assertThat(next).isEqualTo(new Heartbeat("{ b }", 2, "lotus", "f01", "g", null));
    assertThat(next.nickname()).isSameAs(first.nickname());
    assertThat(next.minerAddress()).isSameAs(first.minerAddress());
    assertThat(next.genesisCid()).isSameAs(first.genesisCid());
  }

  /** The bytes of a longer beat before it are still there, behind it. */
  @Test
  void aShorterBeatIsRecognisedByItsOwnBytes() throws Exception {
    HeartbeatDecoder decoder = new HeartbeatDecoder();
    Heartbeat longer = only(decoder, "{\"Height\":1,\"NickName\":\"a long one\"}");
    Heartbeat shorter = only(decoder, "{\"Height\":2}");
    assertThat(only(decoder, "{\"Height\":2}")).isSameAs(shorter);
    assertThat(only(decoder, "{\"Height\":1,\"NickName\":\"a long one\"}")).isEqualTo(longer);
    assertThat(only(decoder, "{\"Height\":2}")).isEqualTo(shorter);
    decoder.release();
    assertThat(only(decoder, "{\"Height\":2}")).isEqualTo(shorter);
  }

  private static Heartbeat only(HeartbeatDecoder decoder, String json) throws Exception {
    List<Heartbeat> beats = new ArrayList<>();
    decoder.receive(
        ByteBuffer.wrap(json.getBytes(UTF_8)),
        beats::add,
        reason -> assertThat(reason).as("no drop").isNull());
    assertThat(beats).hasSize(1);
    return beats.get(0);
  }

  @Test
  void bytesInAnotherEncodingAreMalformed() {
    assertThat(Goldens.decode("{}".getBytes(java.nio.charset.StandardCharsets.UTF_16LE)).reason())
        .isEqualTo("malformed");
  }

  @ParameterizedTest
  @ValueSource(longs = {21, 22, 23})
  void everyTwoSplitsGiveTheSame(long seed) {
    byte[] in = stream(new Random(seed), 2);
    Decoded whole = Goldens.decode(in);
    assertThat(whole.beats()).hasSize(2);
    for (int first = 0; first <= in.length; first++) {
      for (int second = first; second <= in.length; second += 1 + in.length / 40) {
        assertThat(Goldens.decode(in, first, second)).isEqualTo(whole);
      }
    }
  }

  @Test
  void aTruncatedStreamGivesOnlyTheCompleteBeats() {
    byte[] first = HeartbeatEncoder.encode(new Heartbeat("{ a }", 1, "\"}{", "", "g", true));
    byte[] second = HeartbeatEncoder.encode(new Heartbeat("{ b }", 2, "x\\", "f01", "g", null));
    byte[] in = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, in, first.length, second.length);
    for (int length = 0; length <= in.length; length++) {
      int whole = length < first.length - 1 ? 0 : length < in.length - 1 ? 1 : 2;
      Decoded decoded = Goldens.decode(Arrays.copyOf(in, length));
      assertThat(decoded.beats()).hasSize(whole);
      assertThat(decoded.reason()).isNull();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 511, 512, 1000, 4096, 65_536, 70_000})
  void anObjectOfTheLargestSizeIsAcceptedAndOneByteMoreEndsTheStream(int piece) {
    byte[] largest = padded(HeartbeatDecoder.MAX_OBJECT);
    assertThat(Goldens.decode(largest, cuts(largest, piece)).beats()).containsExactly(ZERO);
    byte[] more = padded(HeartbeatDecoder.MAX_OBJECT + 1);
    Decoded decoded = Goldens.decode(more, cuts(more, piece));
    assertThat(decoded.beats()).isEmpty();
    assertThat(decoded.reason()).isEqualTo("too-large");
  }

  @Test
  void theSizeOfAnObjectDoesNotAffectTheNext() {
    byte[] large = padded(40_000);
    byte[] in = Arrays.copyOf(large, 80_000);
    System.arraycopy(large, 0, in, 40_000, 40_000);
    assertThat(Goldens.decode(in).beats()).containsExactly(ZERO, ZERO);
    assertThat(Goldens.decode(in, cuts(in, 777)).beats()).containsExactly(ZERO, ZERO);
  }

  @Test
  void whiteSpaceWithoutEndIsNotHeld() throws HeartbeatException {
    HeartbeatDecoder decoder = new HeartbeatDecoder();
    byte[] space = " \n".repeat(50_000).getBytes(US_ASCII);
    for (int i = 0; i < 10; i++) {
      decoder.receive(ByteBuffer.wrap(space), beat -> {}, drop -> {});
      assertThat(decoder.held()).isZero();
    }
  }

  @Test
  void nestingIsBounded() {
    assertThat(Goldens.decode(nested(HeartbeatDecoder.MAX_DEPTH - 1)).beats())
        .containsExactly(ZERO);
    assertThat(Goldens.decode(nested(HeartbeatDecoder.MAX_DEPTH)).reason()).isEqualTo("too-deep");
    assertThat(Goldens.decode("{".repeat(40)).reason()).isEqualTo("too-deep");
  }

  @Test
  void memoryIsHeldOnlyForAnIncompleteObject() throws HeartbeatException {
    HeartbeatDecoder decoder = new HeartbeatDecoder();
    List<Heartbeat> beats = new ArrayList<>();
    byte[] large = padded(HeartbeatDecoder.MAX_OBJECT);
    for (int at = 0; at < large.length; at++) {
      assertThat(decoder.held()).isLessThanOrEqualTo(Math.max(512, Math.min(65_536, 2 * at)));
      decoder.receive(ByteBuffer.wrap(large, at, 1), beats::add, drop -> {});
    }
    assertThat(beats).containsExactly(ZERO);
    assertThat(decoder.held()).isZero();
  }

  @Test
  void afterAViolationTheDecoderIsDead() {
    HeartbeatDecoder decoder = new HeartbeatDecoder();
    List<Heartbeat> beats = new ArrayList<>();
    for (String in : List.of("{}[", "{}", "")) {
      assertThatThrownBy(
              () -> decoder.receive(ByteBuffer.wrap(in.getBytes(UTF_8)), beats::add, drop -> {}))
          .isInstanceOf(HeartbeatException.class)
          .hasMessageContaining("0x5b")
          .extracting(e -> ((HeartbeatException) e).reason())
          .isEqualTo("malformed");
    }
    assertThat(beats).containsExactly(ZERO);
    assertThat(decoder.held()).isZero();
  }

  @Test
  void directAndReadOnlyBuffersAreRead() throws HeartbeatException {
    byte[] in = "..{\"Height\":5}..".getBytes(US_ASCII);
    ByteBuffer direct = ByteBuffer.allocateDirect(in.length).put(in).flip();
    for (ByteBuffer buffer : List.of(direct, ByteBuffer.wrap(in).asReadOnlyBuffer())) {
      List<Heartbeat> beats = new ArrayList<>();
      buffer.position(2).limit(in.length - 2);
      new HeartbeatDecoder().receive(buffer, beats::add, drop -> {});
      assertThat(beats).extracting(Heartbeat::height).containsExactly(5L);
      assertThat(buffer.hasRemaining()).isFalse();
    }
  }

  private static byte[] stream(Random random, int beats) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int i = 0; i < beats; i++) {
      byte[] frame =
          HeartbeatEncoder.encode(
              new Heartbeat(
                  Texts.any(random, 30), i, Texts.any(random, 20), "f01", "bafy", i % 2 == 0));
      out.write(frame, 0, frame.length - random.nextInt(2));
    }
    return out.toByteArray();
  }

  /** Returns an object of exactly this many bytes. */
  private static byte[] padded(int size) {
    return ("{\"x\":\"" + "y".repeat(size - 8) + "\"}").getBytes(US_ASCII);
  }

  private static String nested(int inside) {
    return "{\"x\":" + "[".repeat(inside) + "]".repeat(inside) + "}";
  }

  private static int[] cuts(byte[] in, int piece) {
    return IntStream.iterate(piece, at -> at < in.length, at -> at + piece).toArray();
  }
}
