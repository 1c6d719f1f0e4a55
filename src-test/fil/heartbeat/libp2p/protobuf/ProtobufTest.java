package fil.heartbeat.libp2p.protobuf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProtobufTest {

  @Test
  void fieldsAreInWireOrderAndUnknownOnesAreAccepted() throws Exception {
    byte[] message =
        new ProtobufWriter()
            .varint(1, 0)
            .bytes(2, new byte[] {7, 8})
            .text(99, "later")
            .varint(1, -1)
            .toBytes();
    List<ProtobufReader.Field> fields = ProtobufReader.read(message);
    assertThat(fields).extracting(ProtobufReader.Field::number).containsExactly(1, 2, 99, 1);
    assertThat(fields.get(0).varint()).isZero();
    assertThat(fields.get(1).bytes()).containsExactly(7, 8);
    assertThat(fields.get(2).text()).isEqualTo("later");
    assertThat(fields.get(3).varint()).isEqualTo(-1);
  }

  @Test
  void theEmptyMessageHasNoFields() throws Exception {
    assertThat(ProtobufReader.read(new byte[0])).isEmpty();
    assertThat(new ProtobufWriter().toBytes()).isEmpty();
  }

  @Test
  void anotherWireTypeThanExpectedIsAnError() throws Exception {
    ProtobufReader.Field varint = ProtobufReader.read(new byte[] {8, 1}).get(0);
    assertThatThrownBy(varint::bytes)
        .isInstanceOf(ProtobufException.class)
        .hasMessage("protobuf: field 1 is VARINT (expected: BYTES)");
    ProtobufReader.Field bytes = ProtobufReader.read(new byte[] {10, 1, (byte) 0xff}).get(0);
    assertThatThrownBy(bytes::varint).hasMessage("protobuf: field 1 is BYTES (expected: VARINT)");
    assertThatThrownBy(bytes::text).hasMessage("protobuf: field 1 is not UTF-8 text");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "08", // no value
        "0880", // cut varint
        "0a", // no length
        "0a02aa", // length beyond the end
        "0affffffff0f", // 4 GiB
        "0affffffffffffffffff01", // 2^64 - 1
        "0900000000000000", // cut fixed64
        "0d000000", // cut fixed32
        "0000", // field 0
        "0b0c", // a group
        "0e", // wire type 6
        "0f", // wire type 7
        "08ffffffffffffffffff02", // varint above 64 bits
        "08ffffffffffffffffffff01", // varint of eleven bytes
        "808080801000", // field number above 2^29-1
      })
  void anInvalidMessageIsATypedError(String hex) {
    assertThatThrownBy(() -> ProtobufReader.read(HexFormat.of().parseHex(hex)))
        .isInstanceOf(ProtobufException.class)
        .hasMessageStartingWith("protobuf: ");
  }

  @Test
  void fieldsAreCounted() throws Exception {
    byte[] message = new byte[2 * ProtobufReader.MAX_FIELDS + 2];
    for (int i = 0; i < message.length; i += 2) {
      message[i] = 8;
    }
    byte[] largest = Arrays.copyOf(message, message.length - 2);
    assertThat(ProtobufReader.read(largest)).hasSize(ProtobufReader.MAX_FIELDS);
    assertThatThrownBy(() -> ProtobufReader.read(message))
        .hasMessage("protobuf: more than 1024 fields (expected: at most that)");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, 1 << 29})
  void aFieldNumberOutsideTheRangeIsNotWritten(int number) {
    assertThatThrownBy(() -> new ProtobufWriter().varint(number, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected: 1 to 2^29-1");
  }

  static LongStream seeds() {
    return LongStream.range(0, 300);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void protobufJavaWritesAndReadsTheSame(long seed) throws Exception {
    Random random = new Random(seed);
    ByteArrayOutputStream theirs = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(theirs);
    ProtobufWriter ours = new ProtobufWriter();
    for (int i = random.nextInt(10); i > 0; i--) {
      int number = 1 + (random.nextInt() >>> (3 + random.nextInt(29)));
      if (random.nextBoolean()) {
        long value = random.nextLong() >>> random.nextInt(64);
        out.writeUInt64(number, value);
        ours = ours.varint(number, value);
      } else {
        byte[] value = new byte[random.nextInt(300)];
        random.nextBytes(value);
        out.writeByteArray(number, value);
        ours = ours.bytes(number, value);
      }
    }
    out.flush();
    assertThat(ours.toBytes()).isEqualTo(theirs.toByteArray());
    assertThat(read(ours.toBytes())).isEqualTo(readByProtobufJava(ours.toBytes()));
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void drawnBytesAreReadAsProtobufJavaReadsThem(long seed) {
    Random random = new Random(seed);
    byte[] message = new byte[random.nextInt(24)];
    for (int i = 0; i < message.length; i++) {
      message[i] = (byte) (random.nextBoolean() ? random.nextInt(32) : random.nextInt(256));
    }
    bytesGiveAMessageOrATypedError(message);
  }

  @FuzzTest
  void bytesGiveAMessageOrATypedError(byte[] message) {
    List<String> fields;
    try {
      fields = read(message);
    } catch (ProtobufException e) {
      assertThat(e).hasMessageStartingWith("protobuf: ");
      return;
    }
    assertThat(fields).isEqualTo(readByProtobufJava(message));
  }

  private static List<String> read(byte[] message) throws ProtobufException {
    List<String> fields = new ArrayList<>();
    for (ProtobufReader.Field field : ProtobufReader.read(message)) {
      String value =
          switch (field.wireType()) {
            case VARINT -> Long.toString(field.varint());
            case BYTES -> HexFormat.of().formatHex(field.bytes());
            case FIXED32, FIXED64 -> field.wireType().toString();
          };
      fields.add(field.number() + "=" + value);
    }
    return fields;
  }

  private static List<String> readByProtobufJava(byte[] message) {
    List<String> fields = new ArrayList<>();
    CodedInputStream in = CodedInputStream.newInstance(message);
    try {
      while (!in.isAtEnd()) {
        int tag = in.readTag();
        fields.add(WireFormat.getTagFieldNumber(tag) + "=" + value(in, tag));
      }
    } catch (IOException e) {
      throw new AssertionError("ours read what protobuf-java does not", e);
    }
    return fields;
  }

  private static String value(CodedInputStream in, int tag) throws IOException {
    return switch (WireFormat.getTagWireType(tag)) {
      case WireFormat.WIRETYPE_VARINT -> Long.toString(in.readUInt64());
      case WireFormat.WIRETYPE_LENGTH_DELIMITED -> HexFormat.of().formatHex(in.readByteArray());
      case WireFormat.WIRETYPE_FIXED32 -> skipped(in, tag, "FIXED32");
      default -> skipped(in, tag, "FIXED64");
    };
  }

  private static String skipped(CodedInputStream in, int tag, String name) throws IOException {
    assertThat(in.skipField(tag)).isTrue();
    return name;
  }
}
