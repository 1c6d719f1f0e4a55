package fil.heartbeat.multiformats;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class Base58Test {

  @ParameterizedTest
  @CsvSource({
    "'', ''",
    "00, 1",
    "0000, 11",
    "61, 2g",
    "0000287fb4cd, 11233QC4",
    "48656c6c6f20576f726c6421, 2NEpo7TZRRrLZSi2U",
    "00010966776006953d5567439e5e39f86a0d273beed61967f6, 16UwLL9Risc3QfPqBUvKofHmBQ7wMtjvM",
  })
  void aVectorIsTheSameInBothDirections(String hex, String text) {
    byte[] bytes = HexFormat.of().parseHex(hex);
    assertThat(Base58.encode(bytes)).isEqualTo(text);
    assertThat(Base58.decode(text)).isEqualTo(bytes);
  }

  @ParameterizedTest
  @CsvSource({"10, '0', 1", "aO, 'O', 1", "aI, 'I', 1", "al, 'l', 1", "+a, '+', 0", "a b, ' ', 1"})
  void aBadCharacterIsNamed(String text, String character, int at) {
    assertThatThrownBy(() -> Base58.decode(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'" + character + "' at " + at);
  }

  @Test
  void anUnprintableCharacterIsNamedByNumber() {
    assertThatThrownBy(() -> Base58.decode("a\n")).hasMessageContaining("U+000A at 1");
    assertThatThrownBy(() -> Base58.decode("\u0661")).hasMessageContaining("U+0661 at 0");
  }

  @Test
  void bothDirectionsAreBounded() {
    assertThat(Base58.decode("z".repeat(256))).hasSize(188);
    assertThat(Base58.decode("1".repeat(256))).containsOnly(0).hasSize(256);
    assertThatThrownBy(() -> Base58.decode("1".repeat(257)))
        .hasMessageContaining("257 characters (expected: at most 256)");
    byte[] largest = new byte[Base58.MAX_BYTES];
    Arrays.fill(largest, (byte) 0xff);
    assertThat(Base58.decode(Base58.encode(largest))).isEqualTo(largest);
    assertThatThrownBy(() -> Base58.encode(new byte[Base58.MAX_BYTES + 1]))
        .hasMessageContaining("188 bytes (expected: at most 187)");
  }

  static LongStream seeds() {
    return LongStream.range(0, 200);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void drawnBytesRoundTrip(long seed) {
    Random random = new Random(seed);
    byte[] bytes = new byte[random.nextInt(Base58.MAX_BYTES + 1)];
    random.nextBytes(bytes);
    Arrays.fill(bytes, 0, Math.min(bytes.length, random.nextInt(4)), (byte) 0);
    assertThat(Base58.decode(Base58.encode(bytes))).isEqualTo(bytes);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void drawnTextGivesBytesOrATypedError(long seed) {
    byte[] drawn = new byte[40];
    new Random(seed).nextBytes(drawn);
    String text = new String(drawn, UTF_8);
    try {
      assertThat(Base58.encode(Base58.decode(text))).isEqualTo(text);
    } catch (IllegalArgumentException e) {
      assertThat(e).hasMessageStartingWith("base58: ");
    }
  }
}
