package fil.heartbeat.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A beat with the bytes of the last one is not parsed again, and nothing else changes. */
class RepeatedBeatsTest {
  private static final Heartbeat PLAIN = new Heartbeat("{ a b }", 12, "x", "f01", "bafy", false);

  private static final Heartbeat FULL = PLAIN.with(new Extras.Builder().peers(85).build());

  /** What a decoder did with one read. */
  private record Read(
      List<Object> events, @Nullable String violation, boolean inObject, int held) {}

  @ParameterizedTest
  @ValueSource(longs = {51, 52, 53, 54, 55, 56, 57, 58})
  void anyStreamGivesTheSameEventsAsWhenEachBeatIsParsed(long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < 400; i++) {
      byte[] in = stream(random);
      int[] cuts = cuts(random, in.length);
      assertThat(reads(new HeartbeatDecoder(), in, cuts))
          .as("seed %s, stream %s", seed, i)
          .isEqualTo(reads(new HeartbeatDecoder(0), in, cuts));
    }
  }

  private static List<Read> reads(HeartbeatDecoder decoder, byte[] in, int[] cuts) {
    List<Read> reads = new ArrayList<>();
    int from = 0;
    for (int cut : cuts) {
      List<Object> events = new ArrayList<>();
      String violation = null;
      try {
        // Each read has a buffer of its own, which another one uses afterwards.
        byte[] buffer = Arrays.copyOfRange(in, from, cut);
        try {
          decoder.receive(ByteBuffer.wrap(buffer), events::add, events::add);
        } finally {
          Arrays.fill(buffer, (byte) '#');
        }
      } catch (HeartbeatException e) {
        violation = e.reason() + ": " + e.getMessage();
      }
      reads.add(new Read(events, violation, decoder.isInObject(), decoder.held()));
      from = cut;
    }
    return reads;
  }

  /** Mostly repeats one of a few beats, mostly without an error. */
  private static byte[] stream(Random random) {
    List<byte[]> some = new ArrayList<>();
    for (int n = 2 + random.nextInt(3); n > 0; n--) {
      some.add(beat(random));
      // One that differs in one byte, or ends earlier.
      byte[] near = some.get(some.size() - 1).clone();
      near[random.nextInt(near.length)] ^= (byte) (random.nextInt(4) == 0 ? random.nextInt() : 0);
      some.add(near);
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] next = some.get(0);
    for (int n = random.nextInt(24); n > 0; n--) {
      if (random.nextInt(4) == 0) {
        next = some.get(random.nextInt(some.size()));
      }
      out.writeBytes(between(random));
      out.writeBytes(next);
    }
    // The last one may be cut off.
    byte[] in = out.toByteArray();
    return random.nextInt(4) == 0 ? Arrays.copyOf(in, random.nextInt(in.length + 1)) : in;
  }

  private static byte[] beat(Random random) {
    Heartbeat plain =
        new Heartbeat(
            Texts.any(random, 20),
            random.nextInt(3) == 0 ? HeartbeatReader.MAX_HEIGHT + 1 : random.nextInt(3),
            Texts.any(random, 10),
            "f01",
            random.nextBoolean() ? "bafy" : null,
            null);
    return switch (random.nextInt(9)) {
      case 0 -> HeartbeatEncoder.encode(plain.with(FULL.extras()));
      case 1 -> HeartbeatEncoder.encode(plain.asDiagnostic());
      case 2 -> HeartbeatEncoder.encode(plain.asLast());
      case 3 -> "{}".getBytes(US_ASCII);
      case 4 -> "{\"Height\":1,\"x\":{\"Height\":2}} \n".getBytes(US_ASCII);
      case 5 -> ("{\"x\":\"" + "y".repeat(random.nextInt(2000)) + "\"}").getBytes(US_ASCII);
      case 6 -> ("{\"x\":" + "[".repeat(31) + "]".repeat(31) + "}").getBytes(US_ASCII);
      default -> HeartbeatEncoder.encode(plain);
    };
  }

  private static byte[] between(Random random) {
    return switch (random.nextInt(60)) {
      case 0 -> "\ufeff".getBytes(UTF_8);
      case 1 -> "}".getBytes(US_ASCII);
      case 2, 3, 4, 5 -> "\n".getBytes(US_ASCII);
      case 6, 7, 8, 9 -> " \r\n\t ".getBytes(US_ASCII);
      default -> new byte[0];
    };
  }

  /** Returns offsets, ascending, the last of which is the length. */
  private static int[] cuts(Random random, int length) {
    int most = 1 + random.nextInt(2) * random.nextInt(1 + length);
    int[] cuts = random.ints(most, 0, length + 1).sorted().toArray();
    cuts[most - 1] = length;
    return cuts;
  }

  private static List<Heartbeat> receive(HeartbeatDecoder decoder, byte[]... pieces)
      throws HeartbeatException {
    List<Heartbeat> beats = new ArrayList<>();
    for (byte[] piece : pieces) {
      decoder.receive(ByteBuffer.wrap(piece), beats::add, drop -> {});
    }
    return beats;
  }

  @Test
  void aRepeatedBeatIsTheSameObject() throws HeartbeatException {
    byte[] frame = HeartbeatEncoder.encode(PLAIN);
    byte[] two = Arrays.copyOf(frame, 2 * frame.length);
    System.arraycopy(frame, 0, two, frame.length, frame.length);
    byte[] start = Arrays.copyOf(frame, 20);
    byte[] rest = Arrays.copyOfRange(frame, 20, frame.length);
    List<Heartbeat> beats = receive(new HeartbeatDecoder(), frame, two, start, rest, frame);
    assertThat(beats).hasSize(5).allMatch(beat -> beat.equals(PLAIN));
    assertThat(beats).allSatisfy(beat -> assertThat(beat).isSameAs(beats.get(0)));
  }

  /** The buffer of a connection is used for each read. */
  @Test
  void anotherBeatInTheSameBufferIsAnotherBeat() throws HeartbeatException {
    HeartbeatDecoder decoder = new HeartbeatDecoder();
    byte[] buffer = "{\"Height\":1}".getBytes(US_ASCII);
    List<Heartbeat> beats = new ArrayList<>(receive(decoder, buffer));
    buffer[buffer.length - 2] = '2';
    beats.addAll(receive(decoder, buffer));
    assertThat(beats).extracting(Heartbeat::height).containsExactly(1L, 2L);
  }

  @Test
  void aFullBeatDoesNotPushOutThePlainOne() throws HeartbeatException {
    byte[] plain = HeartbeatEncoder.encode(PLAIN);
    byte[] full = HeartbeatEncoder.encode(FULL);
    List<Heartbeat> beats = receive(new HeartbeatDecoder(), plain, full, plain, full);
    assertThat(beats).containsExactly(PLAIN, FULL, PLAIN, FULL);
    assertThat(beats.get(2)).isSameAs(beats.get(0));
    assertThat(beats.get(3)).isNotSameAs(beats.get(1));
  }

  @Test
  void aLongBeatIsParsedEachTime() throws HeartbeatException {
    byte[] longest = padded(HeartbeatDecoder.MAX_REPEATED);
    List<Heartbeat> same = receive(new HeartbeatDecoder(), longest, longest);
    assertThat(same.get(1)).isSameAs(same.get(0));
    byte[] longer = padded(HeartbeatDecoder.MAX_REPEATED + 1);
    List<Heartbeat> parsed = receive(new HeartbeatDecoder(), longer, longer);
    assertThat(parsed.get(1)).isNotSameAs(parsed.get(0)).isEqualTo(parsed.get(0));
  }

  private static byte[] padded(int size) {
    return ("{\"x\":\"" + "y".repeat(size - 8) + "\"}").getBytes(US_ASCII);
  }

  @Test
  void aDroppedBeatIsDroppedEachTime() throws HeartbeatException {
    byte[] frame = HeartbeatEncoder.encode(PLAIN);
    byte[] implausible = "{\"Height\":-1}".getBytes(US_ASCII);
    HeartbeatDecoder decoder = new HeartbeatDecoder();
    List<Object> events = new ArrayList<>();
    for (byte[] piece : List.of(frame, implausible, implausible, frame)) {
      decoder.receive(ByteBuffer.wrap(piece), events::add, events::add);
    }
    String dropped = HeartbeatDecoder.IMPLAUSIBLE;
    assertThat(events).containsExactly(PLAIN, dropped, dropped, PLAIN);
  }

  @Test
  void nothingIsRememberedOfAStreamThatHasEnded() throws HeartbeatException {
    byte[] frame = HeartbeatEncoder.encode(PLAIN);
    HeartbeatDecoder decoder = new HeartbeatDecoder();
    Heartbeat first = receive(decoder, frame).get(0);
    decoder.release();
    assertThat(receive(decoder, frame).get(0)).isEqualTo(first).isNotSameAs(first);
  }
}
