package fil.heartbeat.api.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TokenLooksTest {
  private static final String OPS = "ops admin ops-0123456789abcdef\n";
  private static final String MON = "mon read mon-0123456789abcdef\n";

  private static TokenLooks at(String first) throws IOException {
    return new TokenLooks((text, whole) -> Tokens.parse(text, whole, "f"), first);
  }

  private static String names(TokenLooks looks) {
    return String.join(
        " ",
        looks.tokens().grants().values().stream()
            .map(grant -> grant.name() + (grant.admin() ? "!" : ""))
            .sorted()
            .toList());
  }

  private static String look(TokenLooks looks, String text) {
    boolean ignored = looks.update(Optional.of(text));
    return names(looks);
  }

  private static String miss(TokenLooks looks) {
    boolean ignored = looks.update(Optional.empty());
    return names(looks);
  }

  @Test
  void aNewLineIsValidAtOnceAndARemovedOneUntilTheSecondLook() throws IOException {
    TokenLooks looks = at(OPS + MON);
    assertThat(look(looks, OPS + "new read new-0123456789abcdef\n")).isEqualTo("mon new ops!");
    assertThat(look(looks, OPS + "new read new-0123456789abcdef\n")).isEqualTo("new ops!");
  }

  @Test
  void aMissingFileClosesWithTheSecondLookAndItsReturnOpensAtOnce() throws IOException {
    TokenLooks looks = at(OPS);
    assertThat(miss(looks)).isEqualTo("ops!");
    assertThat(miss(looks)).isEmpty();
    assertThat(miss(looks)).isEmpty();
    assertThat(look(looks, OPS)).isEqualTo("ops!");
  }

  @Test
  void anEmptiedFileClosesToo() throws IOException {
    TokenLooks looks = at(OPS);
    assertThat(look(looks, "")).isEqualTo("ops!");
    assertThat(look(looks, "")).isEmpty();
  }

  @Test
  void aTokenMissingOnceDuringAWriteStaysValid() throws IOException {
    TokenLooks looks = at(OPS + MON);
    for (int i = 0; i < 5; i++) {
      assertThat(look(looks, OPS.substring(0, 14))).isEqualTo("mon ops!");
      assertThat(look(looks, OPS + MON)).isEqualTo("mon ops!");
      assertThat(miss(looks)).isEqualTo("mon ops!");
      assertThat(look(looks, OPS + MON)).isEqualTo("mon ops!");
    }
  }

  @Test
  void aChangedSecretReplacesTheOldOne() throws IOException {
    TokenLooks looks = at(OPS);
    String next = "ops admin next-0123456789abcdef\n";
    assertThat(look(looks, next)).isEqualTo("ops! ops!");
    assertThat(look(looks, next)).isEqualTo("ops!");
    assertThat(looks.tokens().grant(Tokens.key("ops-0123456789abcdef"))).isEmpty();
    assertThat(looks.tokens().grant(Tokens.key("next-0123456789abcdef"))).isPresent();
  }

  @Test
  void aChangedScopeIsValidAtOnce() throws IOException {
    TokenLooks looks = at(OPS);
    assertThat(look(looks, OPS.replace("admin", "read"))).isEqualTo("ops");
  }

  @Test
  void aLastLineWithoutAnEndCountsAtTheStartAndOnceUnchanged() throws IOException {
    TokenLooks looks = at(OPS.strip());
    assertThat(names(looks)).isEqualTo("ops!");
    String more = OPS + MON.strip();
    // It may be half of a longer secret.
    assertThat(look(looks, more.substring(0, more.length() - 2))).isEqualTo("ops!");
    assertThat(look(looks, more)).isEqualTo("ops!");
    assertThat(look(looks, more)).isEqualTo("mon ops!");
    assertThat(look(looks, more)).isEqualTo("mon ops!");
    assertThat(looks.tokens().grant(Tokens.key("mon-0123456789abcdef"))).isPresent();
  }

  @Test
  void aWrongLineIsReportedAndItsTokenEnds() throws IOException {
    TokenLooks looks = at(OPS + MON);
    String wrong = OPS.replace("admin", "root") + MON;
    assertThat(look(looks, wrong)).isEqualTo("mon ops!");
    assertThat(looks.faults()).containsExactly("f:1: scope root (expected: read or admin)");
    assertThat(look(looks, wrong)).isEqualTo("mon");
  }

  /** Whatever is written when: no token is valid that two looks in a row did not find whole. */
  @Test
  void noTokenIsValidThatTwoLooksMissed() throws IOException {
    Random random = new Random(7);
    for (int round = 0; round < 200; round++) {
      TokenLooks looks = at(OPS);
      List<Optional<String>> seen = new ArrayList<>(List.of(Optional.of(OPS)));
      for (int step = 0; step < 40; step++) {
        StringBuilder text = new StringBuilder();
        for (String line : List.of(OPS, MON, "new read new-0123456789abcdef\n")) {
          if (random.nextBoolean()) {
            text.append(line);
          }
        }
        Optional<String> now =
            random.nextInt(4) == 0
                ? Optional.empty()
                : Optional.of(
                    text.substring(0, text.length() - random.nextInt(3) % (text.length() + 1)));
        boolean ignored = looks.update(now);
        seen.add(now);
        Set<String> found = new HashSet<>();
        for (Optional<String> each : seen.subList(seen.size() - 2, seen.size())) {
          found.addAll(Tokens.parse(each.orElse(""), true, "f").tokens().grants().keySet());
        }
        assertThat(found).containsAll(looks.tokens().grants().keySet());
      }
    }
  }
}
