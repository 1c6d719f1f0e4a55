package fil.heartbeat.alert.state;

import fil.heartbeat.alert.model.AlertStatus;
import fil.heartbeat.alert.model.Condition;
import fil.heartbeat.fleet.Moved;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The times of an alert, and the only place that computes their transitions.
 *
 * @param activeAt since when its condition has held
 * @param startsAt when it fired; null while it is pending
 * @param clearingSince since when its condition has been false; null while it is true
 * @param endsAt null before the end
 */
public record Lifecycle(
    AlertStatus status,
    Instant activeAt,
    @Nullable Instant startsAt,
    @Nullable Instant clearingSince,
    @Nullable Instant endsAt) {

  /**
   * The settings of transitions.
   *
   * @param hold how long the condition must hold before the alert fires
   * @param notBefore the earliest time to fire, whatever {@code hold} says
   * @param mayFire whether any alert may start to fire
   * @param keepFiringFor how long the condition must be false before the alert ends
   */
  record Timing(Duration hold, Instant notBefore, boolean mayFire, Duration keepFiringFor) {}

  public static Lifecycle pending(Instant since) {
    return new Lifecycle(AlertStatus.PENDING, since, null, null, null);
  }

  /** The next state; this one when nothing changed, null when a pending alert is dropped. */
  public @Nullable Lifecycle next(Condition condition, Timing timing, Instant now) {
    if (status == AlertStatus.RESOLVED) {
      return this;
    }
    if (status == AlertStatus.PENDING) {
      return condition == Condition.TRUE ? fire(timing, now) : null;
    }
    if (condition != Condition.FALSE) {
      return clearingSince == null ? this : new Lifecycle(status, activeAt, startsAt, null, null);
    }
    Instant clearing = clearingSince == null ? now : clearingSince;
    if (!clearing.plus(timing.keepFiringFor).isAfter(now)) {
      return end(clearing);
    }
    return clearing.equals(clearingSince)
        ? this
        : new Lifecycle(status, activeAt, startsAt, clearing, null);
  }

  private Lifecycle fire(Timing timing, Instant now) {
    boolean due =
        timing.mayFire
            && !activeAt.plus(timing.hold).isAfter(now)
            && !timing.notBefore.isAfter(now);
    return due ? new Lifecycle(AlertStatus.FIRING, activeAt, now, null, null) : this;
  }

  /** The state with this end. */
  public Lifecycle end(Instant at) {
    return new Lifecycle(AlertStatus.RESOLVED, activeAt, startsAt, at, at);
  }

  /** A copy with all times moved. */
  public Lifecycle moved(Duration by) {
    return new Lifecycle(
        status,
        Moved.moved(activeAt, by),
        Moved.movedOrNull(startsAt, by),
        Moved.movedOrNull(clearingSince, by),
        Moved.movedOrNull(endsAt, by));
  }

  public Lifecycle acknowledged() {
    return new Lifecycle(AlertStatus.ACKNOWLEDGED, activeAt, startsAt, clearingSince, endsAt);
  }
}
