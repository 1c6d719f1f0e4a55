package fil.heartbeat.text;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as Go writes them: {@code 300ms}, {@code 1.5h}, {@code 1m30s}, {@code 0}. */
public final class GoDuration {
  private static final String EXPECTED = " (expected: a Go duration such as 300ms, 3s or 1m30s)";
  private static final int MAX_TEXT = 64;
  private static final Pattern TERM =
      Pattern.compile("([0-9]{1,19}(?:\\.[0-9]{0,19})?|\\.[0-9]{1,19})(ns|us|µs|μs|ms|s|m|h)");
  private static final Map<String, Long> UNIT_NANOS =
      Map.of(
          "ns", 1L,
          "us", 1_000L,
          "µs", 1_000L,
          "μs", 1_000L,
          "ms", 1_000_000L,
          "s", 1_000_000_000L,
          "m", 60_000_000_000L,
          "h", 3_600_000_000_000L);

  private GoDuration() {}

  /**
   * Reads a duration of at most 2^63-1 nanoseconds, about 292 years.
   *
   * @throws IllegalArgumentException that names the text and the expected form
   */
  public static Duration parse(String text) {
    if (text.length() > MAX_TEXT) {
      throw new IllegalArgumentException("duration of " + text.length() + " characters" + EXPECTED);
    }
    boolean negative = text.startsWith("-");
    String unsigned = negative || text.startsWith("+") ? text.substring(1) : text;
    if (unsigned.equals("0")) {
      return Duration.ZERO;
    }
    BigDecimal nanos = BigDecimal.ZERO;
    Matcher matcher = TERM.matcher(unsigned);
    int at = 0;
    while (at < unsigned.length() && matcher.find(at) && matcher.start() == at) {
      Long unit = UNIT_NANOS.get(matcher.group(2));
      nanos =
          nanos.add(
              new BigDecimal(matcher.group(1))
                  .multiply(BigDecimal.valueOf(unit == null ? 0 : unit)));
      at = matcher.end();
    }
    if (at == 0
        || at < unsigned.length()
        || nanos.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
      throw new IllegalArgumentException(text + EXPECTED);
    }
    long whole = nanos.setScale(0, RoundingMode.DOWN).longValueExact();
    return Duration.ofNanos(negative ? -whole : whole);
  }

  /** The text that Go prints for the duration. */
  public static String format(Duration duration) {
    long nanos = duration.toNanos();
    if (nanos == 0) {
      return "0s";
    }
    String sign = nanos < 0 ? "-" : "";
    long left = Math.abs(nanos);
    if (left < 1_000L) {
      return sign + left + "ns";
    }
    if (left < 1_000_000L) {
      return sign + decimal(left, 3) + "µs";
    }
    if (left < 1_000_000_000L) {
      return sign + decimal(left, 6) + "ms";
    }
    long hours = left / 3_600_000_000_000L;
    long minutes = left / 60_000_000_000L % 60;
    String seconds = decimal(left % 60_000_000_000L, 9) + "s";
    if (hours > 0) {
      return sign + hours + "h" + minutes + "m" + seconds;
    }
    return sign + (minutes > 0 ? minutes + "m" : "") + seconds;
  }

  private static String decimal(long value, int scale) {
    return BigDecimal.valueOf(value, scale).stripTrailingZeros().toPlainString();
  }
}
