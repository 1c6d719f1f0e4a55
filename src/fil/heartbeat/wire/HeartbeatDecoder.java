package fil.heartbeat.wire;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Decodes the bytes of one stream, split in any way, into beats: JSON objects one after the other,
 * with or without white space between them, as Go's {@code json.Decoder} reads them.
 *
 * <p>Holds the bytes of an incomplete object, at most {@link #MAX_OBJECT}, and between objects only
 * the last beat without optional members, of at most {@link #MAX_REPEATED} bytes: most beats repeat
 * it byte for byte and are then the same object again, without parsing. The first violation ends
 * it: every later call throws the same exception. Not thread-safe.
 */
public final class HeartbeatDecoder {

  /** Longest object, in bytes; a beat of 64 blocks has 5 KiB. */
  public static final int MAX_OBJECT = 64 * 1024;

  /** Deepest nesting; a beat has 2 levels, the rest is room for future members. */
  public static final int MAX_DEPTH = 32;

  /** Longest beat, in bytes, whose repetition is recognised: a head of twelve blocks fits. */
  public static final int MAX_REPEATED = 1024;

  /** Drop reason of a well-formed beat whose height is below 0 or above 2^53-1. */
  public static final String IMPLAUSIBLE = "implausible";

  private static final byte[] NOTHING = {};
  private static final int FIRST_BUFFER = 512;

  private final int maxRepeated;
  private final RecentTexts heads;

  private byte[] partial = NOTHING;
  private int size;

  // The position of the scan within an object.
  private int depth;
  private boolean inString;
  private boolean escaped;

  // A beat that may come again, and its bytes, which stay in one array: a new one for each head
  // would outlive a collection.
  private @Nullable Heartbeat known;
  private byte[] knownBytes = NOTHING;
  private int knownLength;

  private @Nullable HeartbeatException violation;

  /** Creates the decoder of a new stream that shares nothing with others. */
  public HeartbeatDecoder() {
    this(new RecentTexts());
  }

  /**
   * Creates the decoder of a new stream.
   *
   * @param heads of all streams
   */
  public HeartbeatDecoder(RecentTexts heads) {
    this(MAX_REPEATED, heads);
  }

  /**
   * @param maxRepeated longest beat, in bytes, whose repetition is recognised; 0 for none
   */
  HeartbeatDecoder(int maxRepeated) {
    this(maxRepeated, new RecentTexts());
  }

  private HeartbeatDecoder(int maxRepeated, RecentTexts heads) {
    this.maxRepeated = maxRepeated;
    this.heads = heads;
  }

  /**
   * Takes received bytes; all of them, unless it throws.
   *
   * @param beats called with each beat, in order
   * @param drops called with the reason for each well-formed object that is not a valid beat
   * @throws HeartbeatException at the first violation, after the beats before it were delivered
   */
  public void receive(ByteBuffer bytes, Consumer<Heartbeat> beats, Consumer<String> drops)
      throws HeartbeatException {
    if (violation != null) {
      throw new HeartbeatException(violation.reason(), String.valueOf(violation.getMessage()));
    }
    byte[] in;
    int from;
    if (bytes.hasArray()) {
      in = bytes.array();
      from = bytes.arrayOffset() + bytes.position();
    } else {
      in = new byte[bytes.remaining()];
      bytes.duplicate().get(in);
      from = 0;
    }
    int to = from + bytes.remaining();
    bytes.position(bytes.limit());
    try {
      read(in, from, to, beats, drops);
    } catch (HeartbeatException e) {
      violation = e;
      partial = NOTHING;
      size = 0;
      release();
      throw e;
    }
  }

  private void read(byte[] in, int from, int to, Consumer<Heartbeat> beats, Consumer<String> drops)
      throws HeartbeatException {
    int at = from;
    while (true) {
      if (depth == 0) {
        at = skipSpace(in, at, to);
        Heartbeat same = known;
        if (same != null && repeats(in, at, to)) {
          at += knownLength;
          beats.accept(same);
          continue;
        }
      }
      if (at == to) {
        return;
      }
      int room = MAX_OBJECT - size;
      int end = scan(in, at, to - at > room ? at + room : to);
      if (depth > 0) {
        if (end < to) {
          throw new HeartbeatException("too-large", "object of more than " + MAX_OBJECT + " bytes");
        }
        keep(in, at, end - at);
        return;
      }
      object(in, at, end, beats, drops);
      at = end;
    }
  }

  private void object(
      byte[] in, int from, int to, Consumer<Heartbeat> beats, Consumer<String> drops)
      throws HeartbeatException {
    if (size == 0) {
      parse(in, from, to, beats, drops);
      return;
    }
    keep(in, from, to - from);
    byte[] whole = partial;
    int length = size;
    partial = NOTHING;
    size = 0;
    Heartbeat same = known;
    if (same != null && Arrays.equals(whole, 0, length, knownBytes, 0, knownLength)) {
      beats.accept(same);
    } else {
      parse(whole, 0, length, beats, drops);
    }
  }

  private void parse(byte[] in, int from, int to, Consumer<Heartbeat> beats, Consumer<String> drops)
      throws HeartbeatException {
    Heartbeat beat = HeartbeatReader.read(in, from, to);
    if (beat.height() < 0 || beat.height() > HeartbeatReader.MAX_HEIGHT) {
      drops.accept(IMPLAUSIBLE);
      return;
    }
    if (to - from <= maxRepeated && beat.extras().isNone()) {
      knownLength = to - from;
      if (knownBytes.length < knownLength) {
        knownBytes = new byte[knownLength];
      }
      System.arraycopy(in, from, knownBytes, 0, knownLength);
      beat = beat.sharing(known, heads);
      known = beat;
    }
    beats.accept(beat);
  }

  /**
   * Whether the bytes begin with those of the known beat. An object ends where its brackets do, so
   * the known one is then the next object, whatever follows it.
   */
  private boolean repeats(byte[] in, int from, int to) {
    int length = knownLength;
    return to - from >= length && Arrays.equals(in, from, from + length, knownBytes, 0, length);
  }

  private static int skipSpace(byte[] in, int from, int to) throws HeartbeatException {
    int at = from;
    while (at < to && (in[at] == '\n' || in[at] == ' ' || in[at] == '\r' || in[at] == '\t')) {
      at++;
    }
    if (at < to && in[at] != '{') {
      throw new HeartbeatException(
          "malformed",
          String.format("byte 0x%02x between objects (expected: '{' or white space)", in[at]));
    }
    return at;
  }

  /**
   * Finds the end of the object. Returns the offset after it with {@code depth} 0, or {@code to}
   * when it has not arrived. The JSON reader checks whether brackets match.
   */
  private int scan(byte[] in, int from, int to) throws HeartbeatException {
    for (int at = from; at < to; at++) {
      byte c = in[at];
      if (inString) {
        if (escaped) {
          escaped = false;
        } else if (c == '\\') {
          escaped = true;
        } else if (c == '"') {
          inString = false;
        }
      } else if (c == '"') {
        inString = true;
      } else if (c == '{' || c == '[') {
        if (++depth > MAX_DEPTH) {
          throw new HeartbeatException("too-deep", "nesting of more than " + MAX_DEPTH + " levels");
        }
      } else if ((c == '}' || c == ']') && --depth == 0) {
        return at + 1;
      }
    }
    return to;
  }

  private void keep(byte[] in, int from, int length) {
    int needed = size + length;
    if (partial.length < needed) {
      int grown = Math.min(MAX_OBJECT, Math.max(FIRST_BUFFER, 2 * partial.length));
      partial = Arrays.copyOf(partial, Math.max(needed, grown));
    }
    System.arraycopy(in, from, partial, size, length);
    size = needed;
  }

  /** Forgets the beat that may come again; call it when the stream has ended. */
  public void release() {
    known = null;
    knownBytes = NOTHING;
    knownLength = 0;
  }

  /** Whether an object is incomplete. */
  public boolean isInObject() {
    return depth > 0 && violation == null;
  }

  /** Returns the bytes of memory held for an incomplete object. */
  public int held() {
    return partial.length;
  }
}
