package fil.heartbeat.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokensTest {
  private static final String SECRET = "0123456789abcdef";

  @Test
  void aTokenGrantsItsScope() throws IOException {
    Tokens tokens =
        Tokens.parse(List.of("# who", "", "ops admin " + SECRET, " page\tread x" + SECRET), "f");
    assertThat(tokens.grant(SECRET)).contains(new Grant("ops", true));
    assertThat(tokens.grant("x" + SECRET)).contains(new Grant("page", false));
    assertThat(tokens.grant("y" + SECRET)).isEmpty();
    assertThat(tokens.holds(new Grant("ops", true))).isTrue();
    assertThat(tokens.holds(new Grant("ops", false))).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ops admin|f:1: 2 words (expected: name read|admin token)
          ops root 0123456789abcdef|f:1: scope root (expected: read or admin)
          ops admin short|f:1: a token of 5 characters (expected: 16 or more)
          # none|f: 0 tokens (expected: 1 to 1000)
          a read 0123456789abcdef;a read 0123456789abcdeg|f:2: name a (expected: each once)
          """)
  void faultsAreNamedAndTokensAreNot(String lines, String message) {
    String expected = message.replace("name read,admin", "name read|admin");
    assertThatThrownBy(() -> Tokens.parse(Arrays.asList(lines.split(";", -1)), "f"))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(expected)
        .hasMessageNotContaining(SECRET);
  }

  @Test
  void sessionsEndByAgeAndNumber() {
    Sessions sessions = new Sessions();
    Instant start = Instant.EPOCH;
    Grant grant = new Grant("g", true);
    String first = sessions.open(grant, start);
    assertThat(sessions.grant(first, start)).contains(grant);
    assertThat(sessions.grant(first, start.plus(Sessions.AGE))).isEmpty();
    String second = sessions.open(grant, start);
    for (int i = 0; i < Sessions.MAX_SESSIONS; i++) {
      assertThat(sessions.open(grant, start)).isNotEqualTo(second);
    }
    assertThat(sessions.grant(second, start)).isEmpty();
    assertThat(sessions.size()).isEqualTo(Sessions.MAX_SESSIONS);
  }
}
