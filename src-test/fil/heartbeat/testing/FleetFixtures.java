package fil.heartbeat.testing;

import fil.heartbeat.aggregator.AggregatorView;
import fil.heartbeat.aggregator.CapacityUse;
import fil.heartbeat.aggregator.ChainView;
import fil.heartbeat.aggregator.Changes;
import fil.heartbeat.aggregator.Claims;
import fil.heartbeat.aggregator.ClockSteps;
import fil.heartbeat.aggregator.Contact;
import fil.heartbeat.aggregator.IngestCounts;
import fil.heartbeat.aggregator.Node;
import fil.heartbeat.aggregator.NodeCapacity;
import fil.heartbeat.aggregator.Overview;
import fil.heartbeat.aggregator.Overview.Accounts;
import fil.heartbeat.aggregator.Snapshot;
import fil.heartbeat.fleet.Agreement;
import fil.heartbeat.fleet.ChainState;
import fil.heartbeat.fleet.Liveness;
import fil.heartbeat.fleet.NetworkReport;
import fil.heartbeat.fleet.Standing;
import fil.heartbeat.fleet.Verdict;
import fil.heartbeat.history.HistoryStats;
import fil.heartbeat.libp2p.HostStats;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Nodes and snapshots as an aggregator would tell them. */
public final class FleetFixtures {
  public static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

  private FleetFixtures() {}

  /** A verdict on a beating node. */
  public static Verdict verdict(ChainState chain) {
    return new Verdict(Liveness.BEATING, chain, Agreement.UNKNOWN, null, false, null, NOW);
  }

  public static Node node(String peerId, @Nullable String nickname, @Nullable Long height) {
    return node(peerId, new Claims(nickname, null, null, List.of(), height, null), Contact.NEVER);
  }

  public static Node node(String peerId, Claims claims, Contact contact) {
    return new Node(
        peerId,
        null,
        Standing.VOTER,
        null,
        claims,
        List.of(),
        verdict(ChainState.UNKNOWN),
        contact);
  }

  public static HostStats hostStats(Map<String, Long> refused) {
    return new HostStats(
        1,
        0,
        0,
        1,
        1,
        1,
        0,
        refused,
        Map.of(),
        Map.of(),
        Map.of(),
        Map.of(),
        Collections.nCopies(HostStats.UPGRADE_BUCKETS.size() + 1, 1L),
        0.001);
  }

  /** Of a network of four voters, three of them in consensus. */
  public static NetworkReport report(boolean clockSuspected) {
    return report(clockSuspected ? Duration.ofMinutes(10) : null);
  }

  /**
   * @param clockAhead by how much the clock of the aggregator is said to be ahead; null for right
   */
  public static NetworkReport report(@Nullable Duration clockAhead) {
    return new NetworkReport(
        "bafygenesis",
        "mainnet",
        new NetworkReport.Heights(100L, 98L, 99L, 1L),
        new NetworkReport.Votes(4, 3, 1, new NetworkReport.Basis("open", false)),
        List.of(),
        false,
        new NetworkReport.Clock(clockAhead, NOW.minusSeconds(42), NOW.plusSeconds(7)));
  }

  /** Of a process that carries 13 107 nodes, has few and nearly all connections. */
  public static CapacityUse use() {
    return new CapacityUse(
        new NodeCapacity(
            List.of(
                new NodeCapacity.Limit(
                    "libp2p.maxConnections", "libp2p.maxConnections 16384", 16_320),
                new NodeCapacity.Limit("-Xmx", "-Xmx (512 MiB)", 13_107)),
            13_171,
            "-Xmx"),
        50_000,
        false,
        true,
        false);
  }

  public static Snapshot snapshot(List<Node> nodes, List<NetworkReport> networks) {
    return snapshot(nodes, networks, new IngestCounts(0, 0, Map.of()), hostStats(Map.of()));
  }

  public static Snapshot snapshot(
      List<Node> nodes, List<NetworkReport> networks, IngestCounts counts, HostStats host) {
    return new Snapshot(
        overview(NOW, 1, false, networks)
            .withAccounts(new Accounts(counts, 0, host, HistoryStats.OFF)),
        nodes);
  }

  /** With nothing counted, by a clock that nobody set. */
  public static Overview overview(
      Instant at, long version, boolean warming, List<NetworkReport> networks) {
    return overview(at, version, warming, networks, ClockSteps.NONE);
  }

  public static Overview overview(
      Instant at, long version, boolean warming, List<NetworkReport> networks, ClockSteps steps) {
    return new Overview(
        at,
        version,
        warming,
        networks,
        new Accounts(new IngestCounts(0, 0, Map.of()), 0, hostStats(Map.of()), HistoryStats.OFF),
        steps);
  }

  public static Changes changes(
      Instant at,
      long version,
      boolean complete,
      boolean warming,
      List<Node> nodes,
      List<String> removed,
      List<NetworkReport> networks,
      long canary) {
    return changes(
        at, version, complete, warming, nodes, removed, networks, canary, ClockSteps.NONE);
  }

  public static Changes changes(
      Instant at,
      long version,
      boolean complete,
      boolean warming,
      List<Node> nodes,
      List<String> removed,
      List<NetworkReport> networks,
      long canary,
      ClockSteps steps) {
    return new Changes(
        overview(at, version, warming, networks, steps), complete, nodes, removed, canary);
  }

  /** A view that always tells the same. */
  public static AggregatorView view(Snapshot now) {
    return new AggregatorView() {
      @Override
      public InstantSource clock() {
        return InstantSource.system();
      }

      @Override
      public Future<Overview> overview() {
        return Future.succeededFuture(now.overview());
      }

      @Override
      public Future<Snapshot> snapshot() {
        return Future.succeededFuture(now);
      }

      @Override
      public Future<Changes> changesSince(long version) {
        return Future.succeededFuture(
            new Changes(
                now.overview(),
                version == 0,
                version == 0 ? now.nodes() : List.of(),
                List.of(),
                0));
      }

      @Override
      public Future<List<Node>> nodes(Collection<String> peerIds) {
        return Future.succeededFuture(
            now.nodes().stream().filter(node -> peerIds.contains(node.peerId())).toList());
      }

      @Override
      public Future<List<ChainView>> chain(int heights) {
        return Future.succeededFuture(List.of());
      }

      @Override
      public Future<Boolean> forget(String peerId) {
        return Future.succeededFuture(
            now.nodes().stream().anyMatch(node -> node.peerId().equals(peerId)));
      }
    };
  }
}
