package fil.heartbeat.alert;

import fil.heartbeat.aggregator.AggregatorView;
import fil.heartbeat.aggregator.CapacityUse;
import fil.heartbeat.aggregator.ChainView;
import fil.heartbeat.aggregator.Changes;
import fil.heartbeat.aggregator.Claims;
import fil.heartbeat.aggregator.ClockSteps;
import fil.heartbeat.aggregator.Contact;
import fil.heartbeat.aggregator.IngestCounts;
import fil.heartbeat.aggregator.Node;
import fil.heartbeat.aggregator.Overview;
import fil.heartbeat.aggregator.Snapshot;
import fil.heartbeat.alert.canary.CanarySink;
import fil.heartbeat.alert.model.AlertStats;
import fil.heartbeat.alert.model.Sink;
import fil.heartbeat.config.AlertsConfig;
import fil.heartbeat.config.SinkConfig;
import fil.heartbeat.fleet.Agreement;
import fil.heartbeat.fleet.ChainState;
import fil.heartbeat.fleet.Liveness;
import fil.heartbeat.fleet.Standing;
import fil.heartbeat.fleet.Verdict;
import fil.heartbeat.history.AlertStore;
import fil.heartbeat.history.HistoryStats;
import fil.heartbeat.testing.Await;
import fil.heartbeat.testing.FleetFixtures;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A fleet and a clock that a test controls, and the alerts over them. */
final class AlertFixture implements AggregatorView, ProcessHealth {
  static final Instant START = Instant.parse("2026-01-02T03:04:05Z");
  static final String ALICE = "12D3KooWAlice";

  /** Longer than any test: time passes only when the test says so. */
  static final UnaryOperator<Duration> PATIENT = limit -> Duration.ofHours(1);

  volatile Instant now = START;
  UnaryOperator<Duration> timeLimit = PATIENT;
  volatile boolean warming;

  /** The sum by which the aggregator's clock is ahead of {@link #now}. */
  volatile ClockSteps steps = ClockSteps.NONE;

  volatile IngestCounts counts = new IngestCounts(0, 0, Map.of());
  volatile HistoryStats history = HistoryStats.OFF;
  volatile CapacityUse use = CapacityUse.UNKNOWN;
  final Map<String, Node> nodes = new LinkedHashMap<>();
  final List<Long> asked = new ArrayList<>();
  final List<String> canary = new ArrayList<>();
  volatile long beat;
  volatile @Nullable String refusal;

  /** Replaces the answer. */
  volatile @Nullable Supplier<Future<Changes>> instead;

  volatile Runnable onDelivered = () -> {};

  @Override
  public InstantSource clock() {
    return InstantSource.system();
  }

  static SinkConfig sink(String name) {
    return new SinkConfig(
        name,
        SinkConfig.Type.WEBHOOK,
        Optional.empty(),
        Optional.empty(),
        false,
        60,
        Duration.ofSeconds(10),
        Optional.empty(),
        Optional.empty());
  }

  static AlertsConfig config(SinkConfig... sinks) {
    return AlertsConfig.DEFAULT.ofNamedFleet().withDelivery(to -> to.withSinks(List.of(sinks)));
  }

  static AlertsConfig withTimes(AlertsConfig all, Duration groupWait, Duration keepFiringFor) {
    return all.withDelivery(to -> to.withGroupWait(groupWait))
        .withRules(rules -> rules.withKeepFiringFor(keepFiringFor));
  }

  AlertVerticle deploy(Vertx vertx, AlertsConfig config, AlertStore store, RecordingSink... sinks)
      throws Exception {
    AlertVerticle alerts =
        new AlertVerticle(
            config,
            this,
            store,
            this,
            each -> RecordingSink.of(each, sinks),
            () -> now,
            false,
            timeLimit);
    String unused = Await.done(vertx.deployVerticle(alerts));
    return alerts;
  }

  /** The node beats. */
  void up(String peerId) {
    nodes.put(
        peerId,
        node(
            peerId,
            Liveness.BEATING,
            new Contact(
                new Contact.Connection(true, null, START, null),
                new Contact.Uptime(null, ""),
                START,
                now,
                START,
                1)));
  }

  /** The node lost its connection, and the aggregator knows. */
  void down(String peerId, Instant since) {
    nodes.put(
        peerId,
        node(
            peerId,
            Liveness.DISCONNECTED,
            new Contact(
                new Contact.Connection(false, null, null, since),
                new Contact.Uptime(null, ""),
                START,
                since,
                START,
                1)));
  }

  private Node node(String peerId, Liveness liveness, Contact contact) {
    return new Node(
        peerId,
        null,
        Standing.VOTER,
        null,
        new Claims("alice", null, null, List.of(), null, null),
        List.of(),
        new Verdict(liveness, ChainState.UNKNOWN, Agreement.UNKNOWN, null, false, null, now),
        contact);
  }

  /** Runs rounds a second apart, each with the answers that sinks give at once. */
  void rounds(AlertVerticle alerts, int count) throws Exception {
    for (int i = 0; i < count; i++) {
      now = now.plusSeconds(1);
      Await.done(alerts.round());
      Await.done(alerts.idle());
    }
  }

  @Override
  public Future<Changes> changesSince(long version) {
    asked.add(version);
    if (refusal != null) {
      return Future.failedFuture(refusal);
    }
    Supplier<Future<Changes>> other = instead;
    if (other != null) {
      return other.get();
    }
    Overview overview =
        FleetFixtures.overview(now.plus(steps.total()), asked.size(), warming, List.of(), steps)
            .withAccounts(
                new Overview.Accounts(counts, 0, FleetFixtures.hostStats(Map.of()), history))
            .withUse(use);
    return Future.succeededFuture(
        new Changes(overview, true, List.copyOf(nodes.values()), List.of(), beat));
  }

  @Override
  public Future<Overview> overview() {
    return Future.failedFuture(new UnsupportedOperationException());
  }

  @Override
  public Future<Snapshot> snapshot() {
    return Future.failedFuture(new UnsupportedOperationException());
  }

  @Override
  public Future<List<Node>> nodes(Collection<String> peerIds) {
    return Future.failedFuture(new UnsupportedOperationException());
  }

  @Override
  public Future<List<ChainView>> chain(int heights) {
    return Future.failedFuture(new UnsupportedOperationException());
  }

  @Override
  public Future<Boolean> forget(String peerId) {
    return Future.failedFuture(new UnsupportedOperationException());
  }

  @Override
  public List<String> deadPeers() {
    return List.of();
  }

  @Override
  public Optional<Validity> certificate() {
    return Optional.empty();
  }

  @Override
  public boolean isCanaryHealthy() {
    return true;
  }

  @Override
  public Optional<AlertStats.CanaryStats> canary() {
    return Optional.empty();
  }

  @Override
  public void canarySeen(long number) {
    canary.add("seen " + number);
  }

  @Override
  public void canaryRuled(long number) {
    canary.add("ruled " + number);
  }

  @Override
  public Sink canarySink() {
    return new CanarySink(
        number -> {
          canary.add("delivered " + number);
          onDelivered.run();
        });
  }
}
