package fil.heartbeat.aggregator;

import fil.heartbeat.fleet.NetworkReport;
import fil.heartbeat.history.HistoryStats;
import fil.heartbeat.libp2p.HostStats;
import java.time.Instant;
import java.util.List;

/**
 * The aggregator at one moment, from one consistent state.
 *
 * @param at the moment
 * @param version grows with every change; equal versions hold equal nodes
 * @param warming whether too little time has passed since the start to judge
 * @param nodes every node, by peer id
 * @param networks the configured one first, then by number of nodes
 * @param forgotten peers forgotten to make room, ever
 * @param steps of this machine's clock
 */
public record Snapshot(
    Instant at,
    long version,
    boolean warming,
    List<Node> nodes,
    List<NetworkReport> networks,
    IngestCounts counts,
    long forgotten,
    HostStats host,
    HistoryStats history,
    ClockSteps steps) {

  /** Of a clock that nobody set. */
  public Snapshot(
      Instant at,
      long version,
      boolean warming,
      List<Node> nodes,
      List<NetworkReport> networks,
      IngestCounts counts,
      long forgotten,
      HostStats host,
      HistoryStats history) {
    this(at, version, warming, nodes, networks, counts, forgotten, host, history, ClockSteps.NONE);
  }

  public Snapshot {
    nodes = List.copyOf(nodes);
    networks = List.copyOf(networks);
  }
}
