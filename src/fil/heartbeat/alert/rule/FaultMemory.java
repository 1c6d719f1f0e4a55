package fil.heartbeat.alert.rule;

import fil.heartbeat.aggregator.Node;
import fil.heartbeat.alert.model.AlertText;
import fil.heartbeat.fleet.Moved;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The faulty sectors of one miner compared with its last proving period. Mutable. */
final class FaultMemory {

  /** The first words of the stored texts. */
  private static final String FAULTS = "faults";

  private static final String BEGUN = "faults-begun";

  private boolean begun;

  /** When this memory began with nothing; null before that, and when that is not known. */
  private @Nullable Instant begunAt;

  private long period;
  private long before;
  private long now;
  private long recovering;

  /** Whether {@link #before} is from an earlier period, not from the start of this memory. */
  private boolean known;

  /**
   * @param start epoch at which the proving period began
   * @return whether what is stored changed
   */
  boolean take(long start, long faults, long recovers, Instant at) {
    boolean first = !begun;
    long[] last = {period, before, now, recovering};
    boolean knew = known;
    begunAt = begun ? begunAt : at;
    learn(start, faults, recovers);
    return first
        || knew != known
        || last[0] != period
        || last[1] != before
        || last[2] != now
        || last[3] != recovering;
  }

  private void learn(long start, long faults, long recovers) {
    if (!begun) {
      begun = true;
      period = start;
      before = faults;
    } else if (start > period) {
      period = start;
      before = now;
      known = true;
    } else if (start < period) {
      return;
    }
    now = faults;
    before = Math.min(before, faults);
    recovering = recovers;
  }

  /** Returns what is stored, one text for each part; empty when nothing is known. */
  List<String> stored() {
    if (!begun) {
      return List.of();
    }
    String faults =
        String.join(" ", FAULTS, "" + period, "" + before, "" + now, "" + recovering, "" + known);
    return begunAt == null || known ? List.of(faults) : List.of(faults, BEGUN + " " + begunAt);
  }

  /** Takes what another memory knows, if nothing is known here. */
  void add(FaultMemory other) {
    if (!begun) {
      other.stored().forEach(text -> restore(text.split(" ", -1)));
    }
  }

  /**
   * Restores a stored text; one of another kind or length is ignored.
   *
   * @throws RuntimeException when it cannot be read
   */
  void restore(String[] parts) {
    if (parts.length == 2 && parts[0].equals(BEGUN)) {
      begunAt = Instant.parse(parts[1]);
    }
    if (parts.length != 6 || !parts[0].equals(FAULTS)) {
      return;
    }
    long start = Long.parseLong(parts[1]);
    if (Math.abs(start) > EpochTimes.MAX_EPOCH) {
      return;
    }
    period = start;
    before = Long.parseLong(parts[2]);
    now = Long.parseLong(parts[3]);
    recovering = Long.parseLong(parts[4]);
    known = Boolean.parseBoolean(parts[5]);
    begun = true;
  }

  /**
   * What an alert from before this memory rests on is not known in the first period, so it lasts
   * for that.
   *
   * @param reporter the node whose report counts by itself; null when those of several do together
   * @param fires since when the alert's condition has held; null when it does not fire
   */
  Outcome outcome(String miner, @Nullable Node reporter, @Nullable Instant fires) {
    if (!begun) {
      return Outcome.UNKNOWN;
    }
    if (now > before) {
      return Outcome.holds(
          () ->
              new AlertText(
                  miner
                      + " has "
                      + now
                      + " faulty sectors, "
                      + (now - before)
                      + " more than in its last proving period"
                      + ProofText.as(reporter),
                  recovering
                      + " recovering. Look at the storage that holds them (lotus-miner proving"
                      + " faults): a faulty sector costs a fee each day until it is proven again"
                      + ProofText.alone(reporter)));
    }
    boolean older = fires != null && begunAt != null && fires.isBefore(begunAt);
    return older && !known && now > 0 ? Outcome.UNKNOWN : Outcome.FALSE;
  }

  /** Adjusts stored times after the clock was set. */
  void moved(Duration by) {
    begunAt = Moved.movedOrNull(begunAt, by);
  }
}
