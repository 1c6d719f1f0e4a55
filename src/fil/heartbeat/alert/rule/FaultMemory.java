package fil.heartbeat.alert.rule;

import fil.heartbeat.alert.model.AlertText;

/** The faulty sectors of one miner compared with its last proving period. Mutable. */
final class FaultMemory {
  private boolean begun;
  private long period;
  private long before;
  private long now;
  private long recovering;

  /** Whether {@link #before} is from an earlier period, not from the start of this memory. */
  private boolean known;

  /**
   * @param start epoch at which the proving period began
   */
  void take(long start, long faults, long recovers) {
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

  /** What an earlier alert rests on is not known in the first period, so it lasts for that. */
  Outcome outcome(String miner, boolean fires) {
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
                      + " more than in its last proving period",
                  recovering
                      + " recovering. Look at the storage that holds them (lotus-miner proving faults):"
                      + " a faulty sector costs a fee each day until it is proven again"));
    }
    return fires && !known && now > 0 ? Outcome.UNKNOWN : Outcome.FALSE;
  }
}
