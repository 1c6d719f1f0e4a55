package fil.heartbeat.alert.rule;

import fil.heartbeat.fleet.Moved;
import fil.heartbeat.wire.Extras;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What chain nodes said about the proofs of one miner. Mutable.
 *
 * <p>Between two answers of its node a sender moves the deadline on by arithmetic, with as many
 * partitions as the last one and none of them proven; and what a node that is gone reported last is
 * moved on here. Only an answer that was given after a deadline had opened says anything about its
 * proofs, so that each deadline here has a {@link Basis}.
 */
final class MinerMemory {

  /** Deadlines of a proving period. */
  private static final int DEADLINES = 48;

  /** Two of the periods at which senders ask: what is older is no news. */
  static final Duration FRESH = Duration.ofMinutes(10);

  /** A deadline with the time at which the node answered. */
  private record Report(Extras.Proving proving, Instant at) {}

  /** What is known of a deadline. */
  enum Basis {
    /** A node answered since it opened, at most {@link #FRESH} ago. */
    REPORTED,
    /** A node answered since it opened, but longer ago: more may be proven by now. */
    OLD,
    /** No node answered since it opened; it has the partitions that it had the last time. */
    ASSUMED,
    /** The same, and how many partitions it has was never reported. */
    UNKNOWN
  }

  /**
   * The deadline at an epoch.
   *
   * @param partitions to prove; of an unknown one as many as the last one had that has any
   * @param unproven of these; all of them unless a node answered since it opened
   */
  record Deadline(int index, long close, int partitions, int unproven, Basis basis) {}

  final FaultMemory faults = new FaultMemory();
  private final Map<String, Report> reports = new HashMap<>();

  /** Partitions of each deadline, as far as an answer was about it. */
  private final Map<Integer, Integer> partitions = new HashMap<>();

  /**
   * @param well whether the node follows its chain: counts of one that does not are old
   */
  void take(String peerId, Extras.Proving proving, boolean well, Instant now) {
    if (proving.close() <= proving.open()) {
      return;
    }
    reports.put(peerId, new Report(proving, now.minusSeconds(proving.age())));
    Long faulty = proving.faults();
    if (well && faulty != null) {
      long length = proving.close() - proving.open();
      faults.take(proving.open() - proving.deadline() * length, faulty, proving.recovering());
    }
  }

  void forget(String peerId) {
    reports.remove(peerId);
  }

  boolean isEmpty() {
    return reports.isEmpty();
  }

  /** Returns the peer ids of the nodes that reported it last. */
  Set<String> nodes() {
    return reports.keySet();
  }

  /**
   * Returns the present deadline, from the newest report of a node that is well, or else of any
   * node; null without a report.
   */
  @Nullable Deadline at(EpochTimes time, Instant now, Predicate<String> well) {
    Report newest = null;
    boolean newestWell = false;
    for (Map.Entry<String, Report> each : reports.entrySet()) {
      Report report = each.getValue();
      if (isAnswer(report, time)) {
        partitions.put(report.proving().deadline(), report.proving().partitions());
      }
      boolean isWell = well.test(each.getKey());
      boolean better =
          newest == null
              || (isWell && !newestWell)
              || (isWell == newestWell && report.at().isAfter(newest.at()));
      if (better) {
        newest = report;
        newestWell = isWell;
      }
    }
    return newest == null ? null : at(newest, time, now);
  }

  /** Whether the node answered while the deadline was open. */
  private static boolean isAnswer(Report report, EpochTimes time) {
    Extras.Proving proving = report.proving();
    return !report.at().isBefore(time.startOf(proving.open()))
        && report.at().isBefore(time.startOf(proving.close()));
  }

  private Deadline at(Report report, EpochTimes time, Instant now) {
    Extras.Proving last = report.proving();
    if (time.epoch() < last.close() && isAnswer(report, time)) {
      boolean fresh = !report.at().plus(FRESH).isBefore(now);
      return new Deadline(
          last.deadline(),
          last.close(),
          last.partitions(),
          last.unproven(),
          fresh ? Basis.REPORTED : Basis.OLD);
    }
    long length = last.close() - last.open();
    long passed = Math.max(0, Math.floorDiv(time.epoch() - last.open(), length));
    int index = (int) ((last.deadline() + passed) % DEADLINES);
    long close = last.close() + passed * length;
    Integer known = partitions.get(index);
    if (known != null) {
      return new Deadline(index, close, known, known, Basis.ASSUMED);
    }
    int most =
        partitions.values().stream()
            .mapToInt(Integer::intValue)
            .reduce(last.partitions(), Math::max);
    return new Deadline(index, close, most, most, Basis.UNKNOWN);
  }

  /** Adjusts stored times after the clock was set. */
  void moved(Duration by) {
    reports.replaceAll((peerId, own) -> new Report(own.proving(), Moved.moved(own.at(), by)));
  }
}
