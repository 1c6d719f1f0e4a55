package fil.heartbeat.alert.state;

/**
 * How many alerts there may be, and how many may wait to be stored or sent.
 *
 * @param nodeAlerts alerts of nodes and miners at once
 * @param resolved resolved alerts that wait for the store, and those that wait for a sink
 * @param entries that wait to be stored: alerts, silences and what rules remember of nodes
 * @param removals of entries that wait to be stored
 */
public record AlertBounds(int nodeAlerts, int resolved, int entries, int removals) {

  private static final int ALERTS_PER_NODE = 2;

  /** Everybody recovers twice while the store, or a sink, is down. */
  private static final int RECOVERIES = 2;

  /** Alerts that fire, resolved ones, and what rules remember. */
  private static final int ENTRIES_PER_NODE = ALERTS_PER_NODE + RECOVERIES + 1;

  /** Of a process that nobody measured. */
  public static final AlertBounds DEFAULT = of(0);

  /**
   * Returns the bounds for a process.
   *
   * @param nodes that it can handle
   */
  public static AlertBounds of(long nodes) {
    return new AlertBounds(
        bound(50_000, ALERTS_PER_NODE * nodes),
        bound(10_000, RECOVERIES * nodes),
        bound(200_000, ENTRIES_PER_NODE * nodes),
        bound(20_000, RECOVERIES * nodes));
  }

  private static int bound(long least, long wanted) {
    return (int) Math.min(Integer.MAX_VALUE, Math.max(least, wanted));
  }
}
