package fil.heartbeat.alert.rule;

import fil.heartbeat.alert.model.Condition;
import fil.heartbeat.fleet.Ledger;
import fil.heartbeat.fleet.Moved;
import fil.heartbeat.fleet.NetworkReport;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Since when a network has had no new block. */
final class BlockTracker {
  private long highest = -1;
  private @Nullable Instant rose;
  private @Nullable Instant firstSeen;

  /** Takes the current best height. */
  public void take(NetworkReport report, Instant now) {
    firstSeen = firstSeen == null ? now : firstSeen;
    Long best = report.heights().best();
    if (best == null) {
      return;
    }
    boolean anew = best < highest - Ledger.EPOCHS;
    if (highest >= 0 && (best > highest || anew)) {
      rose = now;
    }
    highest = anew ? best : Math.max(highest, best);
  }

  /** Adjusts stored times after the clock was set. */
  public void moved(Duration by) {
    rose = Moved.movedOrNull(rose, by);
    firstSeen = Moved.movedOrNull(firstSeen, by);
  }

  /**
   * The start of the newest block's epoch, or when the height last rose if that is later: a fleet
   * that catches up lags, but its network has not stalled. Null when neither is known.
   */
  public @Nullable Instant newest(NetworkReport report) {
    Instant block = report.clock().newestBlock();
    Instant seen = rose;
    return block == null || (seen != null && seen.isAfter(block)) ? seen : block;
  }

  /**
   * Whether no block came for at least half of {@code hold}, so that the alert is pending for the
   * other half.
   */
  Condition stalled(NetworkReport report, Duration hold, Instant now) {
    Instant from = from(report);
    if (from == null || report.heights().best() == null) {
      return Condition.UNKNOWN;
    }
    Duration half = hold.dividedBy(2);
    if (!from.plus(half).isAfter(now)) {
      return Condition.TRUE;
    }
    // A height that has not risen since the start may be old.
    Instant newest = newest(report);
    return newest == null || !newest.plus(half).isAfter(now) ? Condition.UNKNOWN : Condition.FALSE;
  }

  /**
   * From when on the absence of blocks counts. The clock may be wrong, so the times of blocks from
   * before the start prove nothing.
   */
  private @Nullable Instant from(NetworkReport report) {
    Instant newest = newest(report);
    Instant seen = firstSeen;
    return newest == null || (seen != null && seen.isAfter(newest)) ? seen : newest;
  }

  /** The known start of the time without blocks. */
  public Instant since(NetworkReport report, Instant now) {
    Instant from = from(report);
    return from == null || from.isAfter(now) ? now : from;
  }
}
