package fil.heartbeat.chain.source;

import java.time.Duration;

/** How long a head that was read is fresh. */
public final class Freshness {
  /** A source that is polled each second is not stale for missing two polls. */
  private static final Duration LEAST = Duration.ofSeconds(10);

  private Freshness() {}

  /** Two polls of its source, and at least 10 s, after its {@code asOf}. */
  public static Duration maxAge(Duration pollPeriod) {
    Duration twoPolls = pollPeriod.multipliedBy(2);
    return twoPolls.compareTo(LEAST) > 0 ? twoPolls : LEAST;
  }
}
