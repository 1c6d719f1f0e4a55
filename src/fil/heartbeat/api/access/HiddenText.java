package fil.heartbeat.api.access;

import fil.heartbeat.config.HttpConfig.Hidden;
import fil.heartbeat.text.Untrusted;
import java.text.Normalizer;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds hidden data in texts that people and nodes wrote, by its form. Pure. Upper and lower case
 * and other widths of a letter are equal; a miner address may be part of a word.
 *
 * @param claimed whether a number of five digits or more, without leading zeros, is that of a miner
 *     that some node claims
 */
record HiddenText(boolean addresses, boolean miners, Predicate<String> claimed) {
  static final String MASK = "(hidden)";

  /** Shorter claims may be part of any word. */
  private static final int MIN_OWN = 4;

  /** This many equal digits of an actor's number are no coincidence. */
  private static final int MIN_NUMBER = 5;

  /**
   * Peer ids and CIDs, in which letters may look like an address: they are matched first and stay.
   */
  private static final String ID =
      "(?<id>\\b(?:(?-i:12D3KooW|16Uiu2HA|Qm)[1-9A-HJ-NP-Za-km-z]{36,}|(?-i:ba[a-z][a-z2-7]{40,}))\\b)";

  private static final Pattern NUMBER = Pattern.compile(ID + "|[0-9]{" + MIN_NUMBER + ",}");

  private static final Pattern MINER =
      Pattern.compile(
          ID
              + "|(?<![a-z0-9])[ft]0[0-9]+"
              + "|(?<![a-z0-9])[ft][^a-z0-9]?0[^a-z0-9]?[0-9]{4,}"
              + "|[ft]0[1-9][0-9]{3,}"
              + "|[ft][^a-z0-9]?[123][a-z2-7]{38,}"
              + "|(?<![a-z0-9])[ft]4[0-9]+f[a-z2-7]+"
              + "|[ft]4[0-9]+f[a-z2-7]{20,}",
          Pattern.CASE_INSENSITIVE);

  private static final Pattern ADDRESS =
      Pattern.compile(
          "/(?:ip4|ip6|ip6zone|dns|dns4|dns6|dnsaddr)/\\S+"
              + "|[0-9a-f:]{0,40}::(?:[0-9a-f:]|\\.(?=[0-9])){0,45}"
              + "|(?:[0-9a-f]{1,4}:){7}[0-9a-f]{1,4}"
              + "|(?<![0-9])[0-9]{1,3}([._-])[0-9]{1,3}\\1[0-9]{1,3}\\1[0-9]{1,3}(?![0-9])(?::[0-9]+)?",
          Pattern.CASE_INSENSITIVE);

  static HiddenText of(Set<Hidden> hidden) {
    return of(hidden, number -> false);
  }

  static HiddenText of(Set<Hidden> hidden, Predicate<String> claimed) {
    return new HiddenText(
        hidden.contains(Hidden.ADDRESSES), hidden.contains(Hidden.MINERS), claimed);
  }

  /** Returns the text with hidden data masked. */
  String masked(String text) {
    return masked(text, null);
  }

  /**
   * Returns the text with hidden data masked.
   *
   * @param miner the miner address claimed by the node that the text is about; may be any text
   */
  String masked(String text, @Nullable String miner) {
    if (!addresses && !miners) {
      return text;
    }
    String plain = plain(text);
    String masked = plain;
    if (miners) {
      for (String own : own(miner)) {
        masked = without(masked, own);
      }
      masked = mayHold(masked) ? withoutNumbers(replaced(MINER, masked)) : masked;
    }
    if (addresses && mayHold(masked)) {
      masked = ADDRESS.matcher(masked).replaceAll(MASK);
    }
    return masked.equals(plain) ? text : masked;
  }

  /**
   * Whether a text may contain hidden data: most names contain none of these characters, and all
   * hidden data contains at least one.
   */
  private static boolean mayHold(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if ((c >= '0' && c <= '9') || c == ':' || c == '/') {
        return true;
      }
    }
    return false;
  }

  private static String replaced(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    return matcher.replaceAll(
        found -> {
          String id = matcher.group("id");
          return id == null ? MASK : Matcher.quoteReplacement(id);
        });
  }

  /** Masks the numbers of miners that nodes claim. */
  private String withoutNumbers(String text) {
    Matcher matcher = NUMBER.matcher(text);
    return matcher.replaceAll(
        found -> {
          boolean isMiner =
              matcher.group("id") == null && claimed.test(matcher.group().replaceFirst("^0+", ""));
          return isMiner ? MASK : Matcher.quoteReplacement(matcher.group());
        });
  }

  /**
   * Returns the number of a miner address made of digits; empty for other addresses or a short
   * number.
   */
  static Optional<String> number(@Nullable String miner) {
    String claim = miner == null ? "" : plain(miner);
    boolean isNumber =
        claim.length() > 2 && claim.substring(2).chars().allMatch(c -> c >= '0' && c <= '9');
    return isNumber
        ? Optional.of(claim.substring(2).replaceFirst("^0+", ""))
            .filter(number -> number.length() >= MIN_NUMBER)
        : Optional.empty();
  }

  /**
   * Returns the claim itself, and the number of its actor if that is long enough to be recognised.
   */
  private static List<String> own(@Nullable String miner) {
    String claim = miner == null ? "" : plain(miner);
    if (claim.length() < MIN_OWN) {
      return List.of();
    }
    return number(claim).map(number -> List.of(claim, number)).orElse(List.of(claim));
  }

  private static String without(String text, String value) {
    StringBuilder masked = new StringBuilder();
    int at = 0;
    while (at < text.length()) {
      if (text.regionMatches(true, at, value, 0, value.length())) {
        masked.append(MASK);
        at += value.length();
      } else {
        masked.append(text.charAt(at));
        at++;
      }
    }
    return masked.toString();
  }

  /** Converts to ASCII letters and digits where possible. */
  private static String plain(String text) {
    if (text.chars().allMatch(c -> c < 128)) {
      return text;
    }
    StringBuilder plain = new StringBuilder(text.length());
    Normalizer.normalize(Untrusted.folded(text), Normalizer.Form.NFKC)
        .codePoints()
        .forEach(
            point ->
                plain.appendCodePoint(
                    Character.isDigit(point) ? '0' + Character.digit(point, 10) : point));
    return plain.toString();
  }
}
