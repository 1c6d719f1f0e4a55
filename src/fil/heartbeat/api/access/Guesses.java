package fil.heartbeat.api.access;

import fil.heartbeat.api.http.ApiException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Wrong tokens by address. Only wrong tokens are limited: a valid token is accepted whatever else
 * comes from its address, as otherwise any client behind a shared proxy could lock out all others.
 */
public final class Guesses {
  /** Wrong tokens that an address may send a minute. */
  public static final int MAX_FAILURES = 10;

  private static final Duration LAST = Duration.ofMinutes(1);
  private static final int MAX_ADDRESSES = 1024;

  private record Failures(int count, Instant since) {}

  private final Map<String, Failures> failures = new LinkedHashMap<>();

  /** Counts a wrong token. */
  void failed(String address, Instant now) {
    Failures known = failures.remove(address);
    if (failures.size() >= MAX_ADDRESSES) {
      var ignored = failures.remove(failures.keySet().iterator().next());
    }
    failures.put(
        address,
        known == null || !now.isBefore(known.since().plus(LAST))
            ? new Failures(1, now)
            : new Failures(known.count() + 1, known.since()));
  }

  /**
   * Returns the answer to a wrong token that was counted: {@code otherwise} until there are too
   * many.
   */
  ApiException answer(String address, ApiException otherwise) {
    Failures known = failures.get(address);
    return known == null || known.count() <= MAX_FAILURES
        ? otherwise
        : new ApiException(
            429,
            "Too many requests",
            "more than " + MAX_FAILURES + " wrong tokens a minute",
            Map.of("retry-after", String.valueOf(LAST.toSeconds())));
  }
}
