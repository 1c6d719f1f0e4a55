package fil.heartbeat.api.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokensTest {
  private static final String SECRET = "0123456789abcdef";

  private static Tokens.Parsed parse(String text) {
    return Tokens.parse(text, true, "f");
  }

  private static Optional<Grant> grant(Tokens tokens, String token) {
    return tokens.grant(Tokens.key(token));
  }

  @Test
  void aTokenGrantsItsScope() {
    Tokens tokens = parse("# who\n\nops admin " + SECRET + "\r\n page\tread x" + SECRET).tokens();
    assertThat(grant(tokens, SECRET)).contains(new Grant("ops", true));
    assertThat(grant(tokens, "x" + SECRET)).contains(new Grant("page", false));
    assertThat(grant(tokens, "y" + SECRET)).isEmpty();
    assertThat(tokens.toString()).doesNotContain(SECRET);
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
  void faultsAreReportedWithoutTokens(String lines, String message) {
    String expected = message.replace("name read,admin", "name read|admin");
    assertThatThrownBy(
            () ->
                new TokenLooks(
                    (text, whole) -> Tokens.parse(text, whole, "f"), lines.replace(';', '\n')))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(expected)
        .hasMessageNotContaining(SECRET);
  }

  @Test
  void aWrongLineIsSkippedAndTheOthersAreValid() {
    Tokens.Parsed parsed = parse("a read 0123456789abcdef\nb root " + SECRET + "x\n");
    assertThat(grant(parsed.tokens(), SECRET)).isPresent();
    assertThat(grant(parsed.tokens(), SECRET + "x")).isEmpty();
    assertThat(parsed.faults()).containsExactly("f:2: scope root (expected: read or admin)");
  }

  @Test
  void tokensBeyondTheLimitAreLeftOut() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i <= Tokens.MAX_TOKENS; i++) {
      text.append("n").append(i).append(" read ").append(SECRET).append(i).append('\n');
    }
    Tokens.Parsed parsed = parse(text.toString());
    assertThat(parsed.tokens().grants()).hasSize(Tokens.MAX_TOKENS);
    assertThat(parsed.faults()).containsExactly("f: 1001 tokens (expected: 1 to 1000)");
  }

  @Test
  void sessionsExpire() {
    Sessions sessions = new Sessions();
    Instant start = Instant.EPOCH;
    String first = sessions.open("t", start);
    assertThat(sessions.token(first, start)).contains("t");
    assertThat(sessions.token(first, start.plus(Sessions.AGE))).isEmpty();
    assertThat(sessions.open("t", start.plus(Sessions.AGE))).isNotEqualTo(first);
    assertThat(sessions.size()).isEqualTo(1);
    sessions.close(first);
    assertThat(sessions.size()).isEqualTo(1);
  }

  @Test
  void noTokenPushesOutTheSessionsOfAnother() {
    Sessions sessions = new Sessions();
    Instant start = Instant.EPOCH;
    String admin = sessions.open("admin", start);
    List<String> readers = new ArrayList<>();
    for (int i = 0; i < 3 * Sessions.MAX_SESSIONS; i++) {
      readers.add(sessions.open("reader", start));
    }
    assertThat(sessions.token(admin, start)).contains("admin");
    assertThat(sessions.token(readers.get(0), start)).isEmpty();
    assertThat(sessions.token(readers.get(readers.size() - 1), start)).contains("reader");
    assertThat(sessions.size()).isEqualTo(1 + Sessions.MAX_OF_TOKEN);
    // Nor do many tokens together: the one with the most sessions makes room.
    for (int token = 0; token < 50; token++) {
      for (int i = 0; i < Sessions.MAX_OF_TOKEN; i++) {
        String ignored = sessions.open("reader-" + token, start);
      }
    }
    assertThat(sessions.token(admin, start)).contains("admin");
    assertThat(sessions.size()).isEqualTo(Sessions.MAX_SESSIONS);
  }
}
