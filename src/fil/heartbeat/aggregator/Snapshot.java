package fil.heartbeat.aggregator;

import fil.heartbeat.libp2p.HostStats;
import java.util.List;

/** The aggregator at one moment, from one consistent state. */
public record Snapshot(List<Node> nodes, IngestCounts counts, long forgotten, HostStats host) {
  public Snapshot {
    nodes = List.copyOf(nodes);
  }
}
