package fil.heartbeat.alert.rule;

import fil.heartbeat.fleet.Moved;
import fil.heartbeat.wire.Extras;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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

  private static final String REPORT = "report";
  private static final String PARTITIONS = "partitions";

  /** A proving period and an hour: each deadline would have been reported again by then. */
  private static final Duration LASTS = Duration.ofHours(25);

  /** How far the time of one answer is off from beat to beat. */
  private static final Duration ROUNDED = Duration.ofSeconds(2);

  /** Deadlines of a proving period. */
  private static final int DEADLINES = 48;

  /** Two of the periods at which senders ask: what is older is no news. */
  static final Duration FRESH = Duration.ofMinutes(10);

  /** A deadline with the time at which the node answered. */
  private record Report(Extras.Proving proving, Instant at) {

    /** Whether an earlier report is of the same answer; ages are in whole seconds. */
    boolean isRepeated(Report before) {
      return Duration.between(before.at, at).abs().compareTo(ROUNDED) <= 0;
    }
  }

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
  record Deadline(int index, long open, long close, int partitions, int unproven, Basis basis) {}

  final FaultMemory faults = new FaultMemory();
  private final Map<String, Report> reports = new HashMap<>(1);

  /** Partitions of each deadline, as far as an answer was about it. */
  private final Map<Integer, Integer> partitions = new HashMap<>();

  /** Since when no node has reported it; null while one does. */
  private @Nullable Instant unreportedSince;

  private final String subject;
  private final Set<String> unsaved;

  /**
   * @param subject of the claim that it is about
   * @param unsaved takes the subject whenever what is stored changes
   */
  MinerMemory(String subject, Set<String> unsaved) {
    this.subject = subject;
    this.unsaved = unsaved;
  }

  String subject() {
    return subject;
  }

  private void changed() {
    unsaved.add(subject);
  }

  /**
   * @param well whether the node follows its chain: counts of one that does not are old
   * @return whether anything is known now that was not
   */
  boolean take(String peerId, Extras.Proving proving, boolean well, Instant now) {
    if (!isDeadline(proving.open(), proving.close())) {
      return false;
    }
    Report report = new Report(proving, now.minusSeconds(proving.age()));
    Report before = reports.get(peerId);
    boolean other = before == null || !isSameButAge(before.proving(), proving);
    boolean news = before == null || other || !report.isRepeated(before);
    if (news) {
      reports.put(peerId, report);
    }
    unreportedSince = null;
    boolean stored = other;
    Long faulty = proving.faults();
    if (well && faulty != null) {
      long length = proving.close() - proving.open();
      long start = proving.open() - proving.deadline() * length;
      boolean learned = faults.take(start, faulty, proving.recovering(), now);
      stored |= learned;
      news |= learned;
    }
    if (stored) {
      changed();
    }
    return news;
  }

  private static boolean isSameButAge(Extras.Proving one, Extras.Proving other) {
    return one.open() == other.open()
        && one.close() == other.close()
        && one.deadline() == other.deadline()
        && one.partitions() == other.partitions()
        && one.unproven() == other.unproven()
        && one.recovering() == other.recovering()
        && Objects.equals(one.faults(), other.faults())
        && one.miner().equals(other.miner());
  }

  private static boolean isDeadline(long open, long close) {
    return open >= 0 && open < close && close <= EpochTimes.MAX_EPOCH;
  }

  /** Removes what a node reported, but not what follows from it; whether it did report. */
  boolean forget(String peerId, Instant now) {
    boolean reported = reports.remove(peerId) != null;
    if (reported) {
      changed();
      unreportedSince = reports.isEmpty() ? now : null;
    }
    return reported;
  }

  /** Returns when a node reported it last; the earliest time when it did not. */
  Instant reportedAt(String peerId) {
    Report report = reports.get(peerId);
    return report == null ? Instant.MIN : report.at();
  }

  /**
   * Adds what another memory knows beside what is known here, and of its reports that of one node.
   */
  void add(MinerMemory other, String peerId) {
    Report report = other.reports.get(peerId);
    if (report != null) {
      reports.put(peerId, report);
    }
    other.partitions.forEach(partitions::putIfAbsent);
    faults.add(other.faults);
    unreportedSince = reports.isEmpty() ? other.unreportedSince : null;
    changed();
  }

  /** Whether no node reports it now. */
  boolean isUnreported() {
    return reports.isEmpty();
  }

  /** Whether no node has reported it for so long that faults and partitions say nothing. */
  boolean isStale(Instant now) {
    if (unreportedSince == null && reports.isEmpty()) {
      // Restored without a report.
      unreportedSince = now;
    }
    Instant since = unreportedSince;
    return since != null && !since.plus(LASTS).isAfter(now);
  }

  /** Returns what is stored, one text for each part. */
  List<String> stored() {
    List<String> texts = new ArrayList<>();
    reports.forEach(
        (peerId, each) -> {
          Extras.Proving own = each.proving();
          texts.add(
              String.join(
                  " ",
                  REPORT,
                  peerId,
                  "" + each.at(),
                  "" + own.deadline(),
                  "" + own.open(),
                  "" + own.close(),
                  "" + own.partitions(),
                  "" + own.unproven()));
        });
    partitions.forEach((index, count) -> texts.add(PARTITIONS + " " + index + " " + count));
    texts.addAll(faults.stored());
    return texts;
  }

  /**
   * Restores a stored text; one of another kind is ignored.
   *
   * @return the peer id of the node whose report it is; null for another part
   * @throws RuntimeException when it cannot be read
   */
  @Nullable String restore(String miner, String text) {
    String[] parts = text.split(" ", -1);
    faults.restore(parts);
    if (parts.length == 3 && parts[0].equals(PARTITIONS)) {
      partitions.put(Integer.valueOf(parts[1]), Integer.valueOf(parts[2]));
    } else if (parts.length == 8 && parts[0].equals(REPORT)) {
      long open = Long.parseLong(parts[4]);
      long close = Long.parseLong(parts[5]);
      if (close <= open) {
        throw new IllegalArgumentException(text);
      }
      if (!isDeadline(open, close)) {
        return null;
      }
      Extras.Proving proving =
          new Extras.Proving(
              miner,
              Integer.parseInt(parts[3]),
              open,
              close,
              Integer.parseInt(parts[6]),
              Integer.parseInt(parts[7]),
              null,
              0,
              0);
      reports.put(parts[1], new Report(proving, Instant.parse(parts[2])));
      return parts[1];
    }
    return null;
  }

  /** Whether a node that is well reports how many sectors are faulty. */
  boolean tellsFaults(Predicate<String> well) {
    return reports.entrySet().stream()
        .anyMatch(each -> each.getValue().proving().faults() != null && well.test(each.getKey()));
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
        Integer count = report.proving().partitions();
        if (!count.equals(partitions.put(report.proving().deadline(), count))) {
          changed();
        }
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
          last.open(),
          last.close(),
          last.partitions(),
          last.unproven(),
          fresh ? Basis.REPORTED : Basis.OLD);
    }
    long length = last.close() - last.open();
    long passed = Math.max(0, Math.floorDiv(time.epoch() - last.open(), length));
    int index = (int) ((last.deadline() + passed) % DEADLINES);
    long open = last.open() + passed * length;
    long close = last.close() + passed * length;
    Integer known = partitions.get(index);
    if (known != null) {
      return new Deadline(index, open, close, known, known, Basis.ASSUMED);
    }
    int most =
        partitions.values().stream()
            .mapToInt(Integer::intValue)
            .reduce(last.partitions(), Math::max);
    return new Deadline(index, open, close, most, most, Basis.UNKNOWN);
  }

  /** Adjusts stored times after the clock was set. */
  void moved(Duration by) {
    unreportedSince = Moved.movedOrNull(unreportedSince, by);
    faults.moved(by);
    changed();
    reports.replaceAll((peerId, own) -> new Report(own.proving(), Moved.moved(own.at(), by)));
  }
}
