package fil.heartbeat.api.access;

import fil.heartbeat.aggregator.AggregatorView;
import fil.heartbeat.aggregator.ChainView;
import fil.heartbeat.aggregator.Changes;
import fil.heartbeat.aggregator.IngestCounts;
import fil.heartbeat.aggregator.Node;
import fil.heartbeat.aggregator.Snapshot;
import fil.heartbeat.aggregator.Warmup;
import fil.heartbeat.fleet.FleetSettings;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** A view in which nobody finds what is hidden, by no route and no search. */
record RedactingView(AggregatorView view, Hiding hiding) implements AggregatorView {

  @Override
  public FleetSettings judgedBy() {
    return view.judgedBy();
  }

  @Override
  public InstantSource clock() {
    return view.clock();
  }

  @Override
  public Future<Snapshot> snapshot() {
    return view.snapshot()
        .map(
            now ->
                new Snapshot(
                    now.at(),
                    now.version(),
                    now.warming(),
                    masked(now.nodes()),
                    now.networks(),
                    now.counts(),
                    now.forgotten(),
                    now.host(),
                    hiding.masked(now.history()),
                    now.steps()));
  }

  @Override
  public Future<Changes> changesSince(long version) {
    return view.changesSince(version)
        .map(
            now ->
                new Changes(
                    now.at(),
                    now.version(),
                    now.complete(),
                    now.warming(),
                    masked(now.nodes()),
                    now.removed(),
                    now.networks(),
                    now.canary(),
                    now.steps()));
  }

  @Override
  public Future<Optional<Warmup>> warmup() {
    return view.warmup();
  }

  @Override
  public Future<IngestCounts> counts() {
    return view.counts();
  }

  @Override
  public Future<List<Node>> nodes(Collection<String> peerIds) {
    return view.nodes(peerIds).map(this::masked);
  }

  @Override
  public Future<List<ChainView>> chain(int heights) {
    return view.chain(heights);
  }

  @Override
  public Future<Boolean> forget(String peerId) {
    return view.forget(peerId);
  }

  private List<Node> masked(List<Node> nodes) {
    hiding.learn(nodes);
    return nodes.stream().map(hiding::masked).toList();
  }
}
