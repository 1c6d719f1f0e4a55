package fil.heartbeat.api;

import fil.heartbeat.aggregator.AggregatorView;
import fil.heartbeat.aggregator.ChainView;
import fil.heartbeat.aggregator.Changes;
import fil.heartbeat.aggregator.Claims;
import fil.heartbeat.aggregator.Contact;
import fil.heartbeat.aggregator.IngestCounts;
import fil.heartbeat.aggregator.Node;
import fil.heartbeat.aggregator.Snapshot;
import fil.heartbeat.config.HttpConfig.Hidden;
import io.vertx.core.Future;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/** A view in which nobody finds what the configuration hides, by no route and no search. */
record HidingView(AggregatorView view, Set<Hidden> hidden) implements AggregatorView {

  /** The view itself when there is nothing to hide. */
  static AggregatorView of(AggregatorView view, Set<Hidden> hidden) {
    return hidden.isEmpty() ? view : new HidingView(view, hidden);
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
                    now.history()));
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
                    now.canary()));
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
    return nodes.stream().map(this::masked).toList();
  }

  private Node masked(Node node) {
    Claims claims = node.claims();
    String miner = claims.minerAddress();
    boolean hidesMiner = hidden.contains(Hidden.MINERS) && miner != null;
    return new Node(
        node.peerId(),
        node.expected(),
        node.standing(),
        node.network(),
        hidesMiner
            ? new Claims(
                claims.nickname(),
                null,
                claims.genesisCid(),
                claims.head(),
                claims.height(),
                claims.syncing())
            : claims,
        hidesMiner && miner != null
            ? node.conflicts().stream().map(each -> each.replace(miner, "(hidden)")).toList()
            : node.conflicts(),
        node.verdict(),
        hidden.contains(Hidden.ADDRESSES) ? withoutAddress(node.contact()) : node.contact());
  }

  private static Contact withoutAddress(Contact contact) {
    return new Contact(
        contact.connected(),
        null,
        contact.connectedSince(),
        contact.disconnectedSince(),
        contact.firstSeen(),
        contact.lastBeat(),
        contact.headSince(),
        contact.beats(),
        contact.uptime24h(),
        contact.uptimeByHour());
  }
}
