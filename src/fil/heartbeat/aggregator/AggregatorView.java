package fil.heartbeat.aggregator;

import fil.heartbeat.fleet.FleetSettings;
import io.vertx.core.Future;
import java.util.Collection;
import java.util.List;

/** The read side of an aggregator. Futures complete on the caller's context. */
public interface AggregatorView {

  /** The numbers that nodes are judged by. */
  default FleetSettings judgedBy() {
    return FleetSettings.DEFAULT;
  }

  /** What is known now. */
  Future<Snapshot> snapshot();

  /**
   * What changed since a version that an earlier answer told; 0 for everything. For feeds: cheap
   * when little changed.
   */
  Future<Changes> changesSince(long version);

  /** The account of all beats now. */
  Future<IngestCounts> counts();

  /** The nodes of these peer ids that exist, in the order asked. */
  Future<List<Node>> nodes(Collection<String> peerIds);

  /** Which tipsets nodes are on at the highest so many heights of each network. */
  Future<List<ChainView>> chain(int heights);

  /** Forgets a peer. Answers whether it was known. */
  Future<Boolean> forget(String peerId);
}
