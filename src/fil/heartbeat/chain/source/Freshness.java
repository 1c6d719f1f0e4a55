package fil.heartbeat.chain.source;

import fil.heartbeat.config.SenderConfig;
import java.time.Duration;

/** How long a head that was read is fresh. */
public final class Freshness {
  private Freshness() {}

  /** Two polls of its source, and at least 10 s, after its {@code asOf}. */
  public static Duration maxAge(Duration pollPeriod) {
    Duration twoPolls = pollPeriod.multipliedBy(2);
    // A source that is polled each second is not stale after two missed polls.
    Duration least = SenderConfig.HEAD_MAX_AGE;
    return twoPolls.compareTo(least) > 0 ? twoPolls : least;
  }
}
