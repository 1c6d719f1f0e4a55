package fil.heartbeat.aggregator;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The entries that are to be judged because time passed, by the second in which the first of their
 * deadlines ends. A beat moves a deadline and does not touch the wheel: an entry comes out at the
 * earlier time and is filed again. So a second costs what is due in it, not what is known.
 */
final class DueWheel {

  /** Seconds ahead; what is due later comes out at their end and is filed again. */
  private static final int SECONDS = 256;

  private static final long NANOS = 1_000_000_000;

  private final List<List<PeerEntry>> seconds =
      Stream.generate(() -> (List<PeerEntry>) new ArrayList<PeerEntry>()).limit(SECONDS).toList();

  private long current;

  /**
   * @param nanos monotonic
   */
  DueWheel(long nanos) {
    current = Math.floorDiv(nanos, NANOS);
  }

  /**
   * Files an entry; it comes out at this time or earlier.
   *
   * @param nanos monotonic; for the next call of {@link #take} when it is in the past
   */
  void file(PeerEntry entry, long nanos) {
    if (entry.filed && entry.dueNanos - nanos <= 0) {
      return;
    }
    long second = Math.max(current, Math.min(Math.floorDiv(nanos, NANOS), current + SECONDS - 1));
    boolean there = entry.filed && entry.dueSecond == second;
    entry.filed = true;
    entry.dueNanos = nanos;
    entry.dueSecond = second;
    if (!there) {
      // Where it was filed for a later second it stays, and is passed over there.
      of(second).add(entry);
    }
  }

  /** Takes out what is due at this time, and files again what is due later by now. */
  List<PeerEntry> take(long nowNanos) {
    List<PeerEntry> out = new ArrayList<>();
    long until = Math.max(current, Math.floorDiv(nowNanos, NANOS));
    long last = Math.min(until, current + SECONDS - 1);
    for (long second = current; second <= last; second++) {
      long now = second;
      of(second).removeIf(entry -> isOut(entry, now, nowNanos, out));
    }
    current = until;
    List<PeerEntry> due = new ArrayList<>();
    for (PeerEntry entry : out) {
      long next = entry.nextNanos();
      if (entry.forgotten) {
        continue;
      }
      if (next - nowNanos > 0) {
        file(entry, next);
      } else {
        due.add(entry);
      }
    }
    return due;
  }

  private static boolean isOut(PeerEntry entry, long second, long nowNanos, List<PeerEntry> out) {
    if (!entry.filed || entry.dueSecond != second) {
      return true;
    }
    if (second == Math.floorDiv(nowNanos, NANOS) && entry.dueNanos - nowNanos > 0) {
      return false;
    }
    entry.filed = false;
    return out.add(entry);
  }

  private List<PeerEntry> of(long second) {
    return seconds.get((int) Math.floorMod(second, (long) SECONDS));
  }
}
