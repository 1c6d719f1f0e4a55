package fil.heartbeat.api.access;

import fil.heartbeat.aggregator.AggregatorView;
import fil.heartbeat.history.ConnectionEvent;
import fil.heartbeat.history.History;
import fil.heartbeat.history.HistoryPoint;
import fil.heartbeat.history.StateChange;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A history after redaction.
 *
 * @param view without redaction, since a node's claimed miner address is needed to find it in texts
 *     about the node
 */
record HidingPast(AggregatorView view, History history, Hiding hiding) implements Past {
  @Override
  public Future<List<HistoryPoint>> points(String peerId, Instant from, Instant to, Duration step) {
    return history
        .points(peerId, from, to, step)
        .map(found -> found.stream().map(hiding::masked).toList());
  }

  @Override
  public Future<List<StateChange>> changes(String peerId, Instant from, Instant to, int limit) {
    return miner(peerId)
        .compose(
            miner ->
                history
                    .changes(peerId, from, to, limit)
                    .map(
                        found ->
                            found.stream()
                                .map(each -> hiding.masked(each, miner.orElse(null)))
                                .toList()));
  }

  @Override
  public Future<List<ConnectionEvent>> connections(String peerId) {
    return miner(peerId)
        .compose(
            miner ->
                history
                    .connections(peerId)
                    .map(
                        found ->
                            found.stream()
                                .map(each -> hiding.masked(each, miner.orElse(null)))
                                .toList()));
  }

  private Future<Optional<String>> miner(String peerId) {
    return view.nodes(List.of(peerId))
        .map(
            found ->
                found.stream()
                    .findFirst()
                    .flatMap(node -> Optional.ofNullable(node.claims().minerAddress())));
  }
}
