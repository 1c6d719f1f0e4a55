package fil.heartbeat.multiformats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class Base32Test {

  @ParameterizedTest
  @CsvSource({
    "'', ''",
    "f, my",
    "fo, mzxq",
    "foo, mzxw6",
    "foob, mzxw6yq",
    "fooba, mzxw6ytb",
    "foobar, mzxw6ytboi",
  })
  void aVectorOfRfc4648IsTheSameInBothDirections(String plain, String text) {
    byte[] bytes = plain.getBytes(StandardCharsets.US_ASCII);
    assertThat(Base32.encode(bytes)).isEqualTo(text);
    assertThat(Base32.decode(text)).isEqualTo(bytes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"MY", "my======", "m1", "m8", "m0", "m y", "my\n", "mé"})
  void aBadCharacterIsNamed(String text) {
    assertThatThrownBy(() -> Base32.decode(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("base32: character ")
        .hasMessageContaining("expected: a to z and 2 to 7")
        .hasMessageNotContaining("\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "mzx", "mzxw6y", "mzxw6ytba"})
  void aLengthThatEndsInsideAByteIsRefused(String text) {
    assertThatThrownBy(() -> Base32.decode(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(text.length() + " characters");
  }

  @ParameterizedTest
  @ValueSource(strings = {"mz", "mzxr", "mzxw7", "mzxw6yr"})
  void leftoverBitsAreRefused(String text) {
    assertThatThrownBy(() -> Base32.decode(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("left over");
  }

  static LongStream seeds() {
    return LongStream.range(0, 200);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void drawnBytesRoundTrip(long seed) {
    Random random = new Random(seed);
    byte[] bytes = new byte[random.nextInt(300)];
    random.nextBytes(bytes);
    assertThat(Base32.decode(Base32.encode(bytes))).isEqualTo(bytes);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void drawnTextHasOneSpelling(long seed) {
    Random random = new Random(seed);
    StringBuilder drawn = new StringBuilder();
    for (int i = random.nextInt(20); i > 0; i--) {
      drawn.append("abcdefghijklmnopqrstuvwxyz234567".charAt(random.nextInt(32)));
    }
    try {
      assertThat(Base32.encode(Base32.decode(drawn.toString()))).isEqualTo(drawn.toString());
    } catch (IllegalArgumentException e) {
      assertThat(e).hasMessageStartingWith("base32: ");
    }
  }
}
