package fil.heartbeat.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodeLabelTest {

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "`` , 12D3",
        "lotus-01, lotus-01",
        "узел, узел",
        "a b, \"a b\"",
        "a=b, \"a=b\"",
        "`a\nb`, \"a?b\"",
        "`a\"b\\`, `\"a\\\"b\\\\\"`",
        "a\u2028b\u202e, \"a?b?\"",
        "\u0645\u06cc\u200c\u062e\u0648, \"\u0645\u06cc\u200c\u062e\u0648\"",
        "\u200calice, \"?alice\""
      })
  void itIsOneWordOrInQuotes(String nickname, String label) {
    assertThat(NodeLabel.of(nickname, "12D3")).isEqualTo(label);
  }
}
