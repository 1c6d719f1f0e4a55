package fil.heartbeat.aggregator;

import fil.heartbeat.fleet.NetworkReport;
import fil.heartbeat.history.HistoryStats;
import fil.heartbeat.libp2p.HostStats;
import java.time.Instant;
import java.util.List;

/**
 * The aggregator at one moment, without its nodes: its cost does not depend on their number.
 *
 * @param at the moment, on the aggregator's clock
 * @param version of the nodes: grows when one changes in claims, verdict, connection or head. Last
 *     beats, their number and uptimes move without it
 * @param warming whether too little time has passed since the start to judge
 * @param networks the configured one first, then by number of nodes
 * @param steps of this machine's clock
 * @param use of the limits of this process
 */
public record Overview(
    Instant at,
    long version,
    boolean warming,
    List<NetworkReport> networks,
    Accounts accounts,
    ClockSteps steps,
    CapacityUse use) {

  /**
   * Counters since the start.
   *
   * @param forgotten peers forgotten to make room
   */
  public record Accounts(IngestCounts beats, long forgotten, HostStats host, HistoryStats history) {

    public Accounts withHistory(HistoryStats other) {
      return new Accounts(beats, forgotten, host, other);
    }
  }

  public Overview {
    networks = List.copyOf(networks);
  }

  /** One of an aggregator that nobody measured. */
  public Overview(
      Instant at,
      long version,
      boolean warming,
      List<NetworkReport> networks,
      Accounts accounts,
      ClockSteps steps) {
    this(at, version, warming, networks, accounts, steps, CapacityUse.UNKNOWN);
  }

  public Overview withAccounts(Accounts others) {
    return new Overview(at, version, warming, networks, others, steps, use);
  }

  public Overview with(List<NetworkReport> others) {
    return new Overview(at, version, warming, others, accounts, steps, use);
  }

  public Overview withUse(CapacityUse other) {
    return new Overview(at, version, warming, networks, accounts, steps, other);
  }

  /** Returns the known faults of the aggregator, one line each; empty when there are none. */
  public List<String> degraded() {
    return Degradation.of(this);
  }
}
