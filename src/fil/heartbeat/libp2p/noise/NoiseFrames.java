package fil.heartbeat.libp2p.noise;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a byte stream into Noise messages: a 2-byte big-endian length, then the message. Holds at
 * most one incomplete message, and no buffer when empty. Its memory grows with the received bytes,
 * not with the length in a prefix.
 */
public final class NoiseFrames {

  /** Longest handshake message accepted; RSA-8192 keys and signatures need about 2.2 KiB. */
  public static final int MAX_HANDSHAKE_MESSAGE = 4096;

  /** Longest transport message that the length prefix can express. */
  public static final int MAX_TRANSPORT_MESSAGE = 65_535;

  /** Bytes of the length prefix. */
  static final int PREFIX = 2;

  /**
   * Most bytes held for a caller that receives again before it took all messages: a few reads of a
   * socket that is about to pause.
   */
  static final int MAX_HELD = 256 * 1024;

  /** No message. */
  public static final int NONE = -1;

  private static final byte[] NO_BYTES = {};

  // Received bytes that are not split yet.
  private byte[] input = NO_BYTES;
  private int position;
  private int end;
  private boolean overrun;

  // The first byte of a prefix whose second has not arrived, else NONE.
  private int prefixStart = NONE;

  // The incomplete message: its length or NONE, and its bytes so far.
  private int length = NONE;
  private byte[] message = NO_BYTES;
  private int filled;

  // The message found last.
  private byte[] array = NO_BYTES;
  private int offset;

  /**
   * Adds received bytes. They are not copied: do not change the array until {@link #next} has
   * returned null, and take all messages before receiving again.
   */
  public void receive(byte[] bytes, int offset, int length) {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    int held = end - position;
    if (held == 0) {
      input = bytes;
      position = offset;
      end = offset + length;
    } else if (overrun || length > MAX_HELD - held) {
      overrun = true;
    } else {
      byte[] joined = new byte[held + length];
      System.arraycopy(input, position, joined, 0, held);
      System.arraycopy(bytes, offset, joined, held, length);
      input = joined;
      position = 0;
      end = joined.length;
    }
  }

  /**
   * Returns the next whole message, without its prefix; null when it has not arrived.
   *
   * @param maxLength refuses a longer one from its prefix alone
   */
  public byte @Nullable [] next(int maxLength) throws NoiseException {
    int found = advance(maxLength);
    byte[] message = array;
    letGo();
    return found == NONE ? null : Arrays.copyOfRange(message, offset, offset + found);
  }

  /**
   * As {@link #next}, without a copy: the message is in {@link #array} from {@link #offset} on,
   * until {@link #letGo} or the next call.
   *
   * @return its length, or {@link #NONE} when it has not arrived
   */
  public int advance(int maxLength) throws NoiseException {
    array = NO_BYTES;
    if (overrun) {
      throw NoiseException.invalid(
          "noise input: over " + MAX_HELD + " bytes wait to be taken (expected: at most that)");
    }
    if (length == NONE && !readPrefix()) {
      return NONE;
    }
    if (length > maxLength) {
      throw NoiseException.invalid(
          "noise message: " + length + " bytes (expected: at most " + maxLength + ")");
    }
    int found = length;
    if (filled == 0 && end - position >= length) {
      array = input;
      offset = position;
      position += length;
      length = NONE;
      releaseInputIfTaken();
      return found;
    }
    fill();
    releaseInputIfTaken();
    if (filled < length) {
      return NONE;
    }
    array = message;
    offset = 0;
    message = NO_BYTES;
    filled = 0;
    length = NONE;
    return found;
  }

  /** Returns where the message of {@link #advance} is. */
  public byte[] array() {
    return array;
  }

  /** Returns where in {@link #array} it begins. */
  public int offset() {
    return offset;
  }

  /** Lets go of the message of {@link #advance}. */
  public void letGo() {
    array = NO_BYTES;
  }

  /** Returns the bytes of memory held now. */
  public int held() {
    int found = array == input ? 0 : array.length;
    return input.length + message.length + found;
  }

  static void writePrefix(int length, byte[] out, int offset) {
    out[offset] = (byte) (length >>> 8);
    out[offset + 1] = (byte) length;
  }

  private boolean readPrefix() {
    if (prefixStart == NONE && position < end) {
      prefixStart = input[position++] & 0xff;
    }
    if (position == end) {
      releaseInputIfTaken();
      return false;
    }
    length = prefixStart << 8 | (input[position++] & 0xff);
    prefixStart = NONE;
    return true;
  }

  private void fill() {
    int taken = Math.min(length - filled, end - position);
    if (filled + taken > message.length) {
      // Doubles, so that a slow trickle copies each byte about once; the last size is exact.
      int size = Math.min(length, Math.max(filled + taken, 2 * message.length));
      message = Arrays.copyOf(message, size);
    }
    System.arraycopy(input, position, message, filled, taken);
    filled += taken;
    position += taken;
  }

  private void releaseInputIfTaken() {
    if (position == end) {
      input = NO_BYTES;
      position = 0;
      end = 0;
    }
  }
}
