package fil.heartbeat.multiformats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.CodedOutputStream;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class VarintTest {

  @ParameterizedTest
  @CsvSource({
    "0, 00",
    "1, 01",
    "127, 7f",
    "128, 8001",
    "255, ff01",
    "300, ac02",
    "421, a503",
    "16384, 808001",
    "9223372036854775807, ffffffffffffffff7f",
  })
  void aVectorIsTheSameInBothDirections(long value, String hex) {
    byte[] bytes = HexFormat.of().parseHex(hex);
    assertThat(Varint.encode(value)).isEqualTo(bytes);
    assertThat(Varint.read(bytes, 0)).isEqualTo(new Varint.Read(value, bytes.length));
  }

  @Test
  void readingBeginsAtTheOffsetAndLeavesTheRest() {
    byte[] bytes = HexFormat.of().parseHex("ffac0205");
    assertThat(Varint.read(bytes, 1)).isEqualTo(new Varint.Read(300, 3));
    assertThat(Varint.read(bytes, 3)).isEqualTo(new Varint.Read(5, 4));
  }

  @ParameterizedTest
  @CsvSource({
    "'', 0, cut short",
    "80, 0, cut short",
    "00, 1, cut short",
    "00, -1, cut short",
    "8000, 0, the shortest form",
    "81808000, 0, the shortest form",
    "ffffffffffffffffff01, 0, at most 2^63-1",
    "80808080808080808001, 0, at most 2^63-1",
  })
  void badBytesGiveADescriptiveError(String hex, int offset, String expected) {
    assertThatThrownBy(() -> Varint.read(HexFormat.of().parseHex(hex), offset))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(expected);
  }

  @Test
  void negativeValuesAreRefused() {
    assertThatThrownBy(() -> Varint.encode(-1)).hasMessageContaining("expected: 0 to 2^63-1");
  }

  static LongStream seeds() {
    return LongStream.range(0, 200);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void drawnValuesRoundTripAsProtobufWritesThem(long seed) throws Exception {
    long value = new Random(seed).nextLong() >>> (1 + seed % 63);
    byte[] bytes = Varint.encode(value);
    byte[] theirs = new byte[CodedOutputStream.computeUInt64SizeNoTag(value)];
    CodedOutputStream.newInstance(theirs).writeUInt64NoTag(value);
    assertThat(bytes).isEqualTo(theirs);
    assertThat(Varint.read(bytes, 0)).isEqualTo(new Varint.Read(value, bytes.length));
    IntStream.range(0, bytes.length)
        .forEach(
            cut ->
                assertThatThrownBy(() -> Varint.read(Arrays.copyOf(bytes, cut), 0))
                    .isInstanceOf(IllegalArgumentException.class));
  }
}
