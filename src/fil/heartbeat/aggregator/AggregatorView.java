package fil.heartbeat.aggregator;

import fil.heartbeat.fleet.FleetSettings;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** The read side of an aggregator. Futures complete on the caller's context. */
public interface AggregatorView {

  /** The numbers that nodes are judged by. */
  default FleetSettings judgedBy() {
    return FleetSettings.DEFAULT;
  }

  /** What is known now, without nodes: for health, networks and the like. */
  Future<Overview> overview();

  /** What is known now, with every node: for lists, exports and metrics. */
  Future<Snapshot> snapshot();

  /**
   * What changed since the version of an earlier answer; 0 for everything. For feed and alerts:
   * cheap when little changed.
   */
  Future<Changes> changesSince(long version);

  /** What was so before the start, while too little time has passed since to judge; then empty. */
  default Future<Optional<Warmup>> warmup() {
    return Future.succeededFuture(Optional.empty());
  }

  /** The nodes of these peer ids that exist, in the order asked. */
  Future<List<Node>> nodes(Collection<String> peerIds);

  /** Which tipsets nodes are on at the highest so many heights of each network. */
  Future<List<ChainView>> chain(int heights);

  /** The clock that the times told are of. */
  InstantSource clock();

  /** Forgets a peer. Answers whether it was known. */
  Future<Boolean> forget(String peerId);
}
