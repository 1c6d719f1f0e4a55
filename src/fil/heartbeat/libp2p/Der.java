package fil.heartbeat.libp2p;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.util.Arrays;

/**
 * The subset of DER that keys need: elements with one-byte tags and definite, minimal lengths, one
 * level at a time. Spec: ITU-T X.690.
 */
final class Der {
  static final int INTEGER = 0x02;
  static final int BIT_STRING = 0x03;
  static final int OCTET_STRING = 0x04;
  static final int SEQUENCE = 0x30;

  /** The explicit tags [0] and [1]. */
  static final int CONTEXT_0 = 0xa0;

  static final int CONTEXT_1 = 0xa1;

  private static final int MAX_LENGTH_BYTES = 2;

  private final byte[] bytes;
  private int position;

  Der(byte[] bytes) {
    this.bytes = bytes;
  }

  /** Whether the next element has this tag. */
  boolean at(int tag) {
    return position < bytes.length && (bytes[position] & 0xff) == tag;
  }

  /** Returns the content of the next element, which must have this tag. */
  byte[] content(int tag) {
    if (!at(tag)) {
      String found =
          position < bytes.length ? "0x" + Integer.toHexString(bytes[position] & 0xff) : "the end";
      throw KeyMessage.malformed(
          "DER has " + found + " (expected: tag 0x" + Integer.toHexString(tag) + ")");
    }
    position++;
    int length = length();
    if (length > bytes.length - position) {
      throw KeyMessage.malformed(
          "DER length " + length + " (expected: at most " + (bytes.length - position) + ")");
    }
    position += length;
    return Arrays.copyOfRange(bytes, position - length, position);
  }

  /** Returns a reader of the elements inside the next one. */
  Der inside(int tag) {
    return new Der(content(tag));
  }

  /** Reads the next element, a minimal integer of 0 or more. */
  BigInteger integer() {
    byte[] content = content(INTEGER);
    boolean padded = content.length > 1 && content[0] == 0 && content[1] >= 0;
    if (content.length == 0 || content[0] < 0 || padded) {
      throw KeyMessage.malformed("DER integer is empty, negative or padded (expected: minimal)");
    }
    return new BigInteger(content);
  }

  /** Reads the bytes of the next element, a bit string of whole bytes. */
  byte[] bits() {
    byte[] content = content(BIT_STRING);
    if (content.length == 0 || content[0] != 0) {
      throw KeyMessage.malformed("DER bit string with unused bits (expected: whole bytes)");
    }
    return Arrays.copyOfRange(content, 1, content.length);
  }

  /** Checks that nothing is left. */
  void end() {
    if (position != bytes.length) {
      throw KeyMessage.malformed(
          "DER has " + (bytes.length - position) + " bytes too many (expected: the end)");
    }
  }

  /** Encodes an element of up to 65535 bytes. */
  static byte[] element(int tag, byte[]... parts) {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      content.writeBytes(part);
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(tag);
    int length = content.size();
    if (length > 0xff) {
      out.write(0x82);
      out.write(length >>> 8);
    } else if (length > 0x7f) {
      out.write(0x81);
    }
    out.write(length);
    out.writeBytes(content.toByteArray());
    return out.toByteArray();
  }

  static byte[] integer(BigInteger value) {
    return element(INTEGER, value.toByteArray());
  }

  private int length() {
    int first = position < bytes.length ? bytes[position++] & 0xff : 0xff;
    if (first < 0x80) {
      return first;
    }
    int count = first & 0x7f;
    if (count == 0 || count > MAX_LENGTH_BYTES || count > bytes.length - position) {
      throw KeyMessage.malformed("DER length is cut short, indefinite or above 65535 bytes");
    }
    int length = 0;
    for (int i = 0; i < count; i++) {
      length = (length << 8) | (bytes[position++] & 0xff);
    }
    if (length < 0x80 || (count > 1 && length < 0x100)) {
      throw KeyMessage.malformed("DER length " + length + " is padded (expected: minimal)");
    }
    return length;
  }
}
