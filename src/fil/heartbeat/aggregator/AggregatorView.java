package fil.heartbeat.aggregator;

import fil.heartbeat.fleet.FleetSettings;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** The read side of an aggregator. Futures complete on the caller's context. */
public interface AggregatorView {

  /** Returns the thresholds that nodes are judged by. */
  default FleetSettings judgedBy() {
    return FleetSettings.DEFAULT;
  }

  /** Returns the present state without nodes: for health, networks and the like. */
  Future<Overview> overview();

  /** Returns the present state with every node: for lists, exports and metrics. */
  Future<Snapshot> snapshot();

  /**
   * Returns the changes since the version of an earlier answer; 0 for everything. For feed and
   * alerts: cheap when little changed.
   */
  Future<Changes> changesSince(long version);

  /** Returns the node states before the start, while it is too early to judge; empty after that. */
  default Future<Optional<Warmup>> warmup() {
    return Future.succeededFuture(Optional.empty());
  }

  /** Returns the known nodes among these peer ids, in the order given. */
  Future<List<Node>> nodes(Collection<String> peerIds);

  /**
   * Returns the tipsets that nodes are on, for the highest {@code heights} heights of each network.
   */
  Future<List<ChainView>> chain(int heights);

  /** Returns the clock of all times in the answers. */
  InstantSource clock();

  /** Forgets a peer. Returns whether it was known. */
  Future<Boolean> forget(String peerId);
}
