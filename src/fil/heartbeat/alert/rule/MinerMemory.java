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

/** What chain nodes said about the proofs of one miner. Mutable. */
final class MinerMemory {

  /** Deadlines of a proving period. */
  private static final int DEADLINES = 48;

  /** A deadline with its age at the time when the node reported it. */
  private record Report(Extras.Proving proving, Instant at) {}

  /**
   * The deadline at an epoch.
   *
   * @param assumed whether no node reported it: it follows from an earlier one
   */
  record Deadline(int index, long close, int partitions, int unproven, boolean assumed) {}

  final FaultMemory faults = new FaultMemory();
  private final Map<String, Report> reports = new HashMap<>();

  /** Partitions of each deadline, as far as they were reported. */
  private final Map<Integer, Integer> partitions = new HashMap<>();

  /**
   * @param well whether the node follows its chain: counts of one that does not are old
   */
  void take(String peerId, Extras.Proving proving, boolean well, Instant now) {
    if (proving.close() <= proving.open()) {
      return;
    }
    reports.put(peerId, new Report(proving, now.minusSeconds(proving.age())));
    partitions.put(proving.deadline(), proving.partitions());
    if (well) {
      long length = proving.close() - proving.open();
      faults.take(
          proving.open() - proving.deadline() * length, proving.faults(), proving.recovering());
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
   * Returns the deadline at an epoch, from the newest report of a node that is well, or else of any
   * node; null without a report.
   */
  @Nullable Deadline at(long epoch, Predicate<String> well) {
    Report newest = null;
    boolean newestWell = false;
    for (Map.Entry<String, Report> each : reports.entrySet()) {
      boolean isWell = well.test(each.getKey());
      boolean better =
          newest == null
              || (isWell && !newestWell)
              || (isWell == newestWell && each.getValue().at().isAfter(newest.at()));
      if (better) {
        newest = each.getValue();
        newestWell = isWell;
      }
    }
    return newest == null ? null : moved(newest.proving(), epoch);
  }

  private Deadline moved(Extras.Proving last, long epoch) {
    if (epoch < last.close()) {
      return new Deadline(last.deadline(), last.close(), last.partitions(), last.unproven(), false);
    }
    long length = last.close() - last.open();
    long passed = (epoch - last.close()) / length + 1;
    int index = (int) ((last.deadline() + passed) % DEADLINES);
    int count = partitions.getOrDefault(index, last.partitions());
    return new Deadline(index, last.close() + passed * length, count, count, true);
  }

  /** Adjusts stored times after the clock was set. */
  void moved(Duration by) {
    reports.replaceAll((peerId, own) -> new Report(own.proving(), Moved.moved(own.at(), by)));
  }
}
