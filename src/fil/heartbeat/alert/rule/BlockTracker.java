package fil.heartbeat.alert.rule;

import fil.heartbeat.alert.model.Condition;
import fil.heartbeat.fleet.Ledger;
import fil.heartbeat.fleet.Moved;
import fil.heartbeat.fleet.NetworkReport;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Since when a network has no new block. */
final class BlockTracker {
  private long highest = -1;
  private @Nullable Instant rose;
  private @Nullable Instant firstSeen;

  /** Takes the best height of a moment. */
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

  /** The clock was set. */
  public void moved(Duration by) {
    rose = Moved.movedOrNull(rose, by);
    firstSeen = Moved.movedOrNull(firstSeen, by);
  }

  /**
   * The start of the epoch of the newest block, or when the height was last seen to rise if that is
   * later: a fleet that catches up is late, and its network stands not still. Null when neither is
   * known.
   */
  public @Nullable Instant newest(NetworkReport report) {
    Instant block = report.clock().newestBlock();
    Instant seen = rose;
    return block == null || (seen != null && seen.isAfter(block)) ? seen : block;
  }

  /**
   * Whether no block came for long enough to look pending, which is half of the time in which it
   * fires.
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
    // That nothing rose since the start may be of before it.
    Instant newest = newest(report);
    return newest == null || !newest.plus(half).isAfter(now) ? Condition.UNKNOWN : Condition.FALSE;
  }

  /**
   * Since when it can be that nothing came. What the clock says of blocks of before the start is no
   * proof: the clock may be wrong.
   */
  private @Nullable Instant from(NetworkReport report) {
    Instant newest = newest(report);
    Instant seen = firstSeen;
    return newest == null || (seen != null && seen.isAfter(newest)) ? seen : newest;
  }

  /** Since when nothing came, as far as is known. */
  public Instant since(NetworkReport report, Instant now) {
    Instant from = from(report);
    return from == null || from.isAfter(now) ? now : from;
  }
}
