package fil.heartbeat.wire;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * Cuts a stream of JSON objects, with or without white space between them, into beats. Bytes come
 * in any cut. Holds no buffer between objects.
 *
 * <p>After a {@link HeartbeatException} the decoder is dead.
 */
public final class HeartbeatDecoder {
  /** Longest object; a beat of 64 CIDs has 5 KiB. */
  public static final int MAX_OBJECT = 64 * 1024;

  /** Drop reason of a well-formed beat whose height cannot be one. */
  public static final String IMPLAUSIBLE = "implausible";

  /** Deepest nesting of an unknown member. */
  static final int MAX_DEPTH = 32;

  private static final byte[] NOTHING = {};
  private static final int FIRST_SIZE = 512;

  // An object that did not arrive whole.
  private byte[] partial = NOTHING;
  private int size;
  private int depth;
  private boolean inString;
  private boolean escaped;

  /**
   * Takes bytes that arrived.
   *
   * @param beats gets each beat
   * @param drops gets the reason of each beat that is well formed and cannot be used
   * @throws HeartbeatException at the first violation
   */
  public void receive(ByteBuffer bytes, Consumer<Heartbeat> beats, Consumer<String> drops)
      throws HeartbeatException {
    byte[] in;
    int at;
    int end;
    if (bytes.hasArray()) {
      in = bytes.array();
      at = bytes.arrayOffset() + bytes.position();
      end = at + bytes.remaining();
      bytes.position(bytes.limit());
    } else {
      in = new byte[bytes.remaining()];
      bytes.get(in);
      at = 0;
      end = in.length;
    }
    while (at < end) {
      if (depth == 0) {
        at = skipWhiteSpace(in, at, end);
        if (at == end) {
          return;
        }
      }
      int stop = scan(in, at, end);
      if (size + stop - at > MAX_OBJECT) {
        throw new HeartbeatException("too-large", "beat of more than " + MAX_OBJECT + " bytes");
      }
      if (depth > 0) {
        keep(in, at, stop - at);
        return;
      }
      decode(in, at, stop, beats, drops);
      at = stop;
    }
  }

  private void decode(
      byte[] in, int from, int to, Consumer<Heartbeat> beats, Consumer<String> drops)
      throws HeartbeatException {
    byte[] object = in;
    int start = from;
    int length = to - from;
    if (size > 0) {
      keep(in, from, length);
      object = partial;
      start = 0;
      length = size;
      partial = NOTHING;
      size = 0;
    }
    Heartbeat beat = HeartbeatReader.read(object, start, length);
    if (beat.height() < 0 || beat.height() > HeartbeatReader.MAX_HEIGHT) {
      drops.accept(IMPLAUSIBLE);
    } else {
      beats.accept(beat);
    }
  }

  private static int skipWhiteSpace(byte[] in, int from, int end) throws HeartbeatException {
    int at = from;
    while (at < end && (in[at] == ' ' || in[at] == '\n' || in[at] == '\r' || in[at] == '\t')) {
      at++;
    }
    if (at < end && in[at] != '{') {
      throw new HeartbeatException(
          "malformed", "byte 0x" + Integer.toHexString(in[at] & 0xff) + " (expected: {)");
    }
    return at;
  }

  /** Finds the end of the object; {@code depth} is 0 when it is there. */
  private int scan(byte[] in, int from, int end) throws HeartbeatException {
    for (int at = from; at < end; at++) {
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
          throw new HeartbeatException("too-deep", "nesting deeper than " + MAX_DEPTH);
        }
      } else if (c == '}' || c == ']') {
        if (--depth == 0) {
          return at + 1;
        }
      }
    }
    return end;
  }

  private void keep(byte[] in, int from, int length) {
    if (partial.length - size < length) {
      partial =
          Arrays.copyOf(
              partial,
              Math.min(MAX_OBJECT, Math.max(size + length, Math.max(FIRST_SIZE, 2 * size))));
    }
    System.arraycopy(in, from, partial, size, length);
    size += length;
  }
}
