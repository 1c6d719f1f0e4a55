package fil.heartbeat.libp2p.protobuf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Reads one level of a protobuf message into its fields, in wire order; nested messages are byte
 * fields to read in turn. Callers pick the field numbers they know and so skip the rest. Groups
 * (wire types 3 and 4), which no libp2p schema uses any more, are refused. Spec: protobuf encoding.
 */
public final class ProtobufReader {

  /** Most fields of one message; no honest libp2p message has as many. */
  public static final int MAX_FIELDS = 1024;

  private static final int MAX_VARINT_BYTES = 10;
  private static final byte[] NO_BYTES = {};

  /** The encoding of a field's value. */
  public enum WireType {
    /** A number of up to 64 bits, seven bits a byte. */
    VARINT,
    /** Eight bytes, little-endian. */
    FIXED64,
    /** A length and that many bytes: bytes, text or a nested message. */
    BYTES,
    /** Four bytes, little-endian. */
    FIXED32
  }

  private final byte[] message;
  private int position;

  private ProtobufReader(byte[] message) {
    this.message = message;
  }

  /**
   * Reads all fields of a message. Memory is limited by the size of the input, not by a length
   * field in it.
   *
   * @throws ProtobufException when the bytes are not a message, or have more than {@link
   *     #MAX_FIELDS} fields
   */
  public static List<Field> read(byte[] message) throws ProtobufException {
    ProtobufReader reader = new ProtobufReader(message);
    List<Field> fields = new ArrayList<>();
    while (reader.position < message.length) {
      if (fields.size() == MAX_FIELDS) {
        throw new ProtobufException(
            "protobuf: more than " + MAX_FIELDS + " fields (expected: at most that)");
      }
      fields.add(reader.field());
    }
    return fields;
  }

  private Field field() throws ProtobufException {
    int start = position;
    long tag = varint();
    long number = tag >>> 3;
    if (tag < 0 || tag > 0xffffffffL || number == 0) {
      throw new ProtobufException(
          "protobuf: tag " + Long.toUnsignedString(tag) + " at " + start + " (expected: a field)");
    }
    return switch ((int) tag & 7) {
      case 0 -> new Field((int) number, WireType.VARINT, varint(), NO_BYTES);
      case 1 -> new Field((int) number, WireType.FIXED64, fixed(8), NO_BYTES);
      case 2 -> new Field((int) number, WireType.BYTES, 0, bytes());
      case 5 -> new Field((int) number, WireType.FIXED32, fixed(4), NO_BYTES);
      default ->
          throw new ProtobufException(
              "protobuf: wire type " + (tag & 7) + " at " + start + " (expected: 0, 1, 2 or 5)");
    };
  }

  private long varint() throws ProtobufException {
    int start = position;
    long value = 0;
    for (int i = 0; i < MAX_VARINT_BYTES; i++) {
      if (position == message.length) {
        throw cutShort("varint", start);
      }
      byte next = message[position++];
      if (i == MAX_VARINT_BYTES - 1 && (next < 0 || next > 1)) {
        break;
      }
      value |= (next & 0x7fL) << (7 * i);
      if (next >= 0) {
        return value;
      }
    }
    throw new ProtobufException("protobuf: varint at " + start + " (expected: at most 64 bits)");
  }

  private long fixed(int size) throws ProtobufException {
    if (message.length - position < size) {
      throw cutShort("fixed value", position);
    }
    ByteBuffer at = ByteBuffer.wrap(message, position, size).order(ByteOrder.LITTLE_ENDIAN);
    position += size;
    return size == 8 ? at.getLong() : Integer.toUnsignedLong(at.getInt());
  }

  private byte[] bytes() throws ProtobufException {
    int start = position;
    long length = varint();
    if (length < 0 || length > message.length - position) {
      throw new ProtobufException(
          "protobuf: length "
              + Long.toUnsignedString(length)
              + " at "
              + start
              + " (expected: at most the "
              + (message.length - position)
              + " bytes left)");
    }
    position += (int) length;
    return Arrays.copyOfRange(message, position - (int) length, position);
  }

  private static ProtobufException cutShort(String what, int start) {
    return new ProtobufException("protobuf: " + what + " at " + start + " is cut short");
  }

  /** A field as read from the wire. */
  public static final class Field {
    private final int number;
    private final WireType wireType;
    private final long value;
    private final byte[] bytes;

    private Field(int number, WireType wireType, long value, byte[] bytes) {
      this.number = number;
      this.wireType = wireType;
      this.value = value;
      this.bytes = bytes;
    }

    /** Returns the field number, 1 to 2^29-1. */
    public int number() {
      return number;
    }

    /** Returns the encoding of the value. */
    public WireType wireType() {
      return wireType;
    }

    /**
     * Returns the 64 bits of a varint (negative above 2^63-1).
     *
     * @throws ProtobufException when the field has another wire type
     */
    public long varint() throws ProtobufException {
      expect(WireType.VARINT);
      return value;
    }

    /**
     * Returns the bytes of a length-delimited field; callers must not change the array.
     *
     * @throws ProtobufException when the field has another wire type
     */
    public byte[] bytes() throws ProtobufException {
      expect(WireType.BYTES);
      return bytes;
    }

    /**
     * Returns the text of a length-delimited field.
     *
     * @throws ProtobufException when the field has another wire type or is not UTF-8
     */
    public String text() throws ProtobufException {
      try {
        return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes())).toString();
      } catch (CharacterCodingException e) {
        ProtobufException failure =
            new ProtobufException("protobuf: field " + number + " is not UTF-8 text");
        failure.initCause(e);
        throw failure;
      }
    }

    private void expect(WireType expected) throws ProtobufException {
      if (wireType != expected) {
        throw new ProtobufException(
            "protobuf: field " + number + " is " + wireType + " (expected: " + expected + ")");
      }
    }
  }
}
