package fil.heartbeat.alert.canary;

import java.time.Duration;

/** How long to wait after a failure: twice as long each time, until something succeeded. */
final class Backoff {
  private final Duration min;
  private final Duration max;
  private Duration next;

  Backoff(Duration min, Duration max) {
    this.min = min;
    this.max = max;
    this.next = min;
  }

  Duration failed() {
    Duration now = next;
    Duration twice = now.multipliedBy(2);
    next = twice.compareTo(max) < 0 ? twice : max;
    return now;
  }

  void succeeded() {
    next = min;
  }
}
