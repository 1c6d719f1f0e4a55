package fil.heartbeat.api.access;

import fil.heartbeat.aggregator.AggregatorView;
import fil.heartbeat.aggregator.ChainView;
import fil.heartbeat.aggregator.Changes;
import fil.heartbeat.aggregator.Node;
import fil.heartbeat.aggregator.Overview;
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
  public Future<Overview> overview() {
    return view.overview().map(this::masked);
  }

  @Override
  public Future<Snapshot> snapshot() {
    return view.snapshot().map(now -> new Snapshot(masked(now.overview()), masked(now.nodes())));
  }

  @Override
  public Future<Changes> changesSince(long version) {
    return view.changesSince(version)
        .map(
            now ->
                new Changes(
                    masked(now.overview()),
                    now.complete(),
                    masked(now.nodes()),
                    now.removed(),
                    now.canary()));
  }

  @Override
  public Future<Optional<Warmup>> warmup() {
    return view.warmup();
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

  private Overview masked(Overview overview) {
    Overview.Accounts accounts = overview.accounts();
    return overview.withAccounts(accounts.withHistory(hiding.masked(accounts.history())));
  }

  private List<Node> masked(List<Node> nodes) {
    hiding.learn(nodes);
    return nodes.stream().map(hiding::masked).toList();
  }
}
