package fil.heartbeat.api.access;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The code in a login link: {@code <end>.<code>}, made with the local secret. It works once and for
 * a short time, so that a link in a browser's history opens nothing.
 */
final class LoginCode {
  static final Duration LASTS = Duration.ofMinutes(5);

  private static final String HMAC = "HmacSHA256";
  private static final String WHAT = "login-link ";

  /** Used codes that have not expired; beyond this number login links are refused for a while. */
  private static final int MAX_USED = 1000;

  private final Map<String, Instant> used = new LinkedHashMap<>();

  /**
   * Makes a code that is valid from now on.
   *
   * @param key of the local secret, as {@link Tokens#key} makes it
   */
  static String make(String key, Instant now) {
    return make(key, now.plus(LASTS).getEpochSecond());
  }

  private static String make(String key, long end) {
    try {
      Mac mac = Mac.getInstance(HMAC);
      mac.init(new SecretKeySpec(key.getBytes(US_ASCII), HMAC));
      byte[] code = mac.doFinal((WHAT + end).getBytes(US_ASCII));
      return end + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(code);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Whether a text is a valid code of this key; uses it up. */
  boolean use(String text, String key, Instant now) {
    used.values().removeIf(end -> !end.isAfter(now));
    int dot = text.indexOf('.');
    if (dot < 1 || dot > 12 || !text.substring(0, dot).chars().allMatch(Character::isDigit)) {
      return false;
    }
    long seconds;
    try {
      seconds = Long.parseLong(text.substring(0, dot));
    } catch (NumberFormatException e) {
      return false;
    }
    Instant end = Instant.ofEpochSecond(seconds);
    boolean made =
        MessageDigest.isEqual(make(key, seconds).getBytes(US_ASCII), text.getBytes(US_ASCII));
    return made
        && end.isAfter(now)
        && !end.isAfter(now.plus(LASTS).plusSeconds(1))
        && used.size() < MAX_USED
        && used.putIfAbsent(text, end) == null;
  }
}
