package fil.heartbeat.alert.rule;

import fil.heartbeat.aggregator.Node;
import fil.heartbeat.alert.model.AlertText;
import fil.heartbeat.fleet.Moved;
import fil.heartbeat.text.Moments;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** When one node reported a new start of its program. Mutable. */
final class RestartMemory {

  /** New starts within {@link #WINDOW} that raise the alert. */
  static final int STARTS = 3;

  static final Duration WINDOW = Duration.ofHours(6);

  /** Programs that compute their start from their uptime report it with this error. */
  private static final Duration ERROR = Duration.ofSeconds(2);

  private static final int MAX_STARTS = 32;

  private final Deque<Instant> starts = new ArrayDeque<>(4);
  private @Nullable Instant last;
  private Instant begun;

  RestartMemory(Instant now) {
    this.begun = now;
  }

  /** Takes what the node reports now; null when it does not. */
  void take(@Nullable Instant startTime, Instant now) {
    if (startTime == null) {
      return;
    }
    Instant before = last;
    if (before != null && startTime.isAfter(before.plus(ERROR))) {
      starts.addLast(now);
      if (starts.size() > MAX_STARTS) {
        starts.removeFirst();
      }
    }
    // Two nodes behind one URL report theirs in turn.
    last = before == null || startTime.isAfter(before) ? startTime : before;
  }

  /**
   * Starts before this memory began are not known, so an alert from then on lasts.
   *
   * @param fires since when the alert's condition has held; null when it does not fire
   */
  Outcome outcome(Node node, @Nullable Instant fires, Instant now) {
    if (last == null || node.extras().startTime() == null) {
      return Outcome.UNKNOWN;
    }
    Instant from = now.minus(WINDOW);
    starts.removeIf(each -> !each.isAfter(from));
    if (starts.size() >= STARTS) {
      return Outcome.holds(
          () ->
              new AlertText(
                  node.shownName() + " restarts again and again",
                  starts.size()
                      + " new starts since "
                      + Moments.orUnknown(starts.peekFirst())
                      + "; the last was at "
                      + Moments.orUnknown(last)
                      + ". Look at its log for what ends it: memory, disk, a watchdog"));
    }
    boolean older = fires != null && fires.isBefore(begun) && begun.isAfter(from);
    return older ? Outcome.UNKNOWN : Outcome.FALSE;
  }

  /** Adjusts stored times after the clock was set; the node's own clock was not. */
  void moved(Duration by) {
    begun = Moved.moved(begun, by);
    Deque<Instant> before = new ArrayDeque<>(starts);
    starts.clear();
    before.forEach(each -> starts.addLast(each.plus(by)));
  }
}
