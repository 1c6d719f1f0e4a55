package fil.heartbeat.alert.notify;

import fil.heartbeat.client.Backoff;
import fil.heartbeat.fleet.Moved;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * When a sink may get its next notification: limited per minute, and with growing pauses while it
 * fails. A clock that is set back delays nothing.
 */
public final class DeliveryThrottle {
  static final Duration FIRST_BACKOFF = Duration.ofSeconds(5);
  public static final Duration MAX_BACKOFF = Duration.ofMinutes(5);

  private static final Backoff BACKOFF = new Backoff(FIRST_BACKOFF, MAX_BACKOFF);

  private static final Duration MINUTE = Duration.ofMinutes(1);

  private record Attempt(boolean critical, Instant at) {

    Attempt moved(Duration by) {
      return new Attempt(critical, at.plus(by));
    }
  }

  private final int maxPerMinute;

  /** Attempts of the last minute, and whether each was critical. */
  private final List<Attempt> attempts = new ArrayList<>();

  private int failures;
  private Instant notBefore = Instant.MIN;
  private Instant failedAt = Instant.MIN;

  DeliveryThrottle(int maxPerMinute) {
    this.maxPerMinute = maxPerMinute;
  }

  /** Whether a notification that is not critical may be sent. */
  public boolean isOpen(Instant now) {
    return isOpenForCritical(now)
        && attempts.stream().filter(each -> !each.critical).count() < maxPerMinute - reserve();
  }

  /** Whether a critical notification may be sent. */
  boolean isOpenForCritical(Instant now) {
    boolean waits = notBefore.isAfter(now) && !failedAt.isAfter(now);
    Instant from = now.minus(MINUTE);
    attempts.removeIf(each -> !each.at.isAfter(from) || each.at.isAfter(now));
    return attempts.size() < maxPerMinute && !waits;
  }

  /**
   * A fifth of the rate is reserved for critical notifications, at least one a minute. A rate of
   * one has nothing to reserve: there critical ones go first, after a minute at most.
   */
  private int reserve() {
    return Math.min(maxPerMinute - 1, Math.max(1, maxPerMinute / 5));
  }

  public void attempt(boolean critical, Instant now) {
    attempts.add(new Attempt(critical, now));
  }

  public void succeeded() {
    failures = 0;
    notBefore = Instant.MIN;
  }

  public void failed(Duration retryAfter, Instant now) {
    failures++;
    Duration wait = BACKOFF.after(failures);
    failedAt = now;
    notBefore = now.plus(retryAfter.compareTo(wait) > 0 ? retryAfter : wait);
  }

  /** Adjusts stored times after the clock was set. */
  public void moved(Duration by) {
    attempts.replaceAll(each -> each.moved(by));
    notBefore = Moved.moved(notBefore, by);
    failedAt = Moved.moved(failedAt, by);
  }

  boolean isFailing() {
    return failures > 0;
  }
}
