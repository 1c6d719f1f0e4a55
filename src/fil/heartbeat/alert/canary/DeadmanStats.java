package fil.heartbeat.alert.canary;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Counters of the dead man's switch, since the start.
 *
 * @param pings answered with 2xx
 * @param failures pings without such an answer
 * @param withheld pings that were due and not sent, because this process was unhealthy
 * @param lastPing when the last one was answered; null before the first
 * @param lastError of the last ping; null when it was answered or there was none. Contains no URL
 */
public record DeadmanStats(
    long pings,
    long failures,
    long withheld,
    @Nullable Instant lastPing,
    @Nullable String lastError) {

  static final DeadmanStats NONE = new DeadmanStats(0, 0, 0, null, null);

  DeadmanStats answered(Instant now) {
    return new DeadmanStats(pings + 1, failures, withheld, now, null);
  }

  DeadmanStats failed(String why) {
    return new DeadmanStats(pings, failures + 1, withheld, lastPing, why);
  }

  DeadmanStats withheldOne() {
    return new DeadmanStats(pings, failures, withheld + 1, lastPing, lastError);
  }
}
