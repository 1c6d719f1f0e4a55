package fil.heartbeat.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UntrustedTest {

  @ParameterizedTest
  @CsvSource({"abc, 3, abc", "abcd, 3, ab…", "a\uD83D\uDE00cd, 3, a\uD83D\uDE00…"})
  void aCutIsBetweenCharacters(String text, int max, String cut) {
    assertThat(Untrusted.cut(text, max)).isEqualTo(cut);
  }

  @Test
  void quotesHoldAndALineStaysOne() {
    assertThat(Untrusted.quoted("a\" b\n\u202Ec")).isEqualTo("\"a\uFFFD b\uFFFD\uFFFDc\"");
  }

  @Test
  void onlyPrintableAsciiIsShownOfWhatShouldBeNothingElse() {
    assertThat(Untrusted.quotedAscii("bafy\u00E9\n")).isEqualTo("\"bafy??\"");
    assertThat(Untrusted.quotedAscii("x".repeat(129))).isEqualTo('"' + "x".repeat(128) + "…\"");
    assertThat(Untrusted.ascii("/a\u202Eb\nc", 4)).isEqualTo("/a?b…");
  }
}
