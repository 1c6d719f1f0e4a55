package fil.heartbeat.libp2p.protobuf;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Writes a protobuf message field by field, in the order of the calls, with minimal varints, and
 * including fields with value zero. With fields in the order of their numbers this is the
 * deterministic form that peer ids need. Spec: protobuf encoding, libp2p peer-ids.
 */
public final class ProtobufWriter {
  private static final int BYTES = 2;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  /** Adds a varint field of 64 unsigned bits. */
  public ProtobufWriter varint(int number, long value) {
    tag(number, 0);
    raw(value);
    return this;
  }

  /** Adds bytes, or a nested message's encoding. */
  public ProtobufWriter bytes(int number, byte[] value) {
    tag(number, BYTES);
    raw(value.length);
    out.writeBytes(value);
    return this;
  }

  /** Adds text as UTF-8. */
  public ProtobufWriter text(int number, String value) {
    return bytes(number, value.getBytes(StandardCharsets.UTF_8));
  }

  /** The message so far. */
  public byte[] toBytes() {
    return out.toByteArray();
  }

  private void tag(int number, int wireType) {
    if (number < 1 || number > (1 << 29) - 1) {
      throw new IllegalArgumentException("field: " + number + " (expected: 1 to 2^29-1)");
    }
    raw(((long) number << 3) | wireType);
  }

  private void raw(long value) {
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      out.write((int) ((rest & 0x7f) | 0x80));
      rest >>>= 7;
    }
    out.write((int) rest);
  }
}
