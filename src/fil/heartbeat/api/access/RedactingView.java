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
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A view after redaction, in results and in searches. Thread-safe. */
final class RedactingView implements AggregatorView {
  private final AggregatorView view;
  private final Hiding hiding;

  /** Version up to which {@link #hiding} knows the miners of all nodes. */
  private final AtomicLong learned = new AtomicLong();

  private @Nullable Future<Overview> asking;

  RedactingView(AggregatorView view, Hiding hiding) {
    this.view = view;
    this.hiding = hiding;
  }

  @Override
  public FleetSettings judgedBy() {
    return view.judgedBy();
  }

  @Override
  public InstantSource clock() {
    return view.clock();
  }

  /**
   * Learns all nodes first, as a text of the aggregator may name the miner of a node that was not
   * requested yet.
   */
  @Override
  public Future<Overview> overview() {
    return hiding.hidesMiners() ? overviewOfTheLearned() : view.overview().map(this::masked);
  }

  /**
   * Asks one question at a time: anyone may request health, and the first answer needs every node.
   */
  private synchronized Future<Overview> overviewOfTheLearned() {
    Future<Overview> begun = asking;
    if (begun == null || begun.isComplete()) {
      begun = changesSince(learned.get()).map(Changes::overview);
      asking = begun;
    }
    return begun;
  }

  @Override
  public Future<Snapshot> snapshot() {
    return view.snapshot()
        .map(
            now -> {
              List<Node> nodes = masked(now.nodes());
              learned.set(now.overview().version());
              return new Snapshot(masked(now.overview()), nodes);
            });
  }

  @Override
  public Future<Changes> changesSince(long version) {
    return view.changesSince(version)
        .map(
            now -> {
              List<Node> nodes = masked(now.nodes());
              if (version <= learned.get()) {
                learned.set(now.overview().version());
              }
              return new Changes(
                  masked(now.overview()), now.complete(), nodes, now.removed(), now.canary());
            });
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
    return overview
        .withAccounts(accounts.withHistory(hiding.masked(accounts.history())))
        .with(overview.networks().stream().map(hiding::masked).toList());
  }

  private List<Node> masked(List<Node> nodes) {
    hiding.learn(nodes);
    return nodes.stream().map(hiding::masked).toList();
  }
}
