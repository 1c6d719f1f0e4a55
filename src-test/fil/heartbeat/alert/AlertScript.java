package fil.heartbeat.alert;

import fil.heartbeat.aggregator.Changes;
import fil.heartbeat.alert.model.Alert;
import fil.heartbeat.alert.model.AlertRule;
import fil.heartbeat.alert.model.AlertStatus;
import fil.heartbeat.alert.model.DeliveryException;
import fil.heartbeat.alert.model.Notification;
import fil.heartbeat.alert.notify.Dispatcher;
import fil.heartbeat.config.AlertsConfig;
import fil.heartbeat.config.SinkConfig;
import fil.heartbeat.fleet.ChainState;
import fil.heartbeat.fleet.Expected;
import fil.heartbeat.fleet.Liveness;
import fil.heartbeat.fleet.NetworkReport;
import fil.heartbeat.history.AlertStore.Entry;
import fil.heartbeat.history.ResolvedRow;
import fil.heartbeat.testing.CanIgnoreReturnValue;
import fil.heartbeat.testing.FleetFixtures;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A fleet controlled by a test, an engine that evaluates it each second, a store, and sinks that
 * record what they get: {@code "20s ops NodeSilent/mainnet +alice"}, where + is a new firing alert,
 * ! a new critical one, - a resolved one, and = another that fires.
 */
final class AlertScript {
  static final Instant START = Instant.parse("2026-01-05T12:00:00Z");
  static final int WARMING = 30;

  final List<String> lines = new ArrayList<>();
  final List<Notification> sent = new ArrayList<>();
  final List<ResolvedRow> ended = new ArrayList<>();
  final Map<String, ScriptNode> nodes = new LinkedHashMap<>();
  final Map<String, NetworkReport> networks = new TreeMap<>();
  final Map<String, Entry> store = new LinkedHashMap<>();

  /** Sinks that fail now, with the failure. */
  final Map<String, DeliveryException> failing = new HashMap<>();

  /** Notifications that every sink rejects. */
  Predicate<Notification> refused = notification -> false;

  /** Sinks that do not answer now. */
  final Set<String> hanging = new HashSet<>();

  /** Called before each step of a second; true kills the engine there. */
  Consumer<String> steps = step -> {};

  /** Whether each network has a new block each 30 s. */
  boolean blocks = true;

  /** Whether the clock of each network is known. */
  boolean clocked;

  List<String> degraded = List.of();
  List<String> deadPeers = List.of();
  long canary;
  Optional<Instant> certificateExpires = Optional.empty();
  Instant now = START;
  AlertEngine engine;
  private final Set<String> removed = new HashSet<>();
  private AlertsConfig config;
  private Instant startedAt;
  private Duration stepped = Duration.ZERO;
  private boolean complete = true;

  /** An engine that has run for long, so that it is not warming. */
  AlertScript(AlertsConfig config) {
    this.config = config;
    engine = new AlertEngine(config, List.of(), START);
    startedAt = START.minusSeconds(WARMING);
  }

  /** Minutes in place of the default hours. */
  static final AlertsConfig.Flapping QUICK_TO_FLAP =
      new AlertsConfig.Flapping(4, Duration.ofMinutes(30), Duration.ofMinutes(15));

  static AlertsConfig config(SinkConfig... sinks) {
    return AlertsConfig.DEFAULT
        .withRules(all -> all.withFlapping(QUICK_TO_FLAP).withMonitorAfter(Duration.ZERO))
        .withDelivery(to -> to.withSinks(List.of(sinks)));
  }

  static SinkConfig sink(String name) {
    return sink(name, SinkConfig.Type.WEBHOOK, false, 600);
  }

  static SinkConfig sink(String name, SinkConfig.Type type, boolean watchdog, int maxPerMinute) {
    return new SinkConfig(
        name,
        type,
        Optional.empty(),
        Optional.empty(),
        watchdog,
        maxPerMinute,
        Duration.ofSeconds(10),
        Optional.empty(),
        Optional.empty());
  }

  /** A script with one sink and the default rules. */
  static AlertScript withNodes(AlertsConfig config, String... names) {
    AlertScript script = new AlertScript(config);
    for (String name : names) {
      script.add(name);
    }
    script.networks.put("mainnet", report("mainnet"));
    script.run(20);
    script.start();
    return script;
  }

  /** Of an open fleet whose chain has a clock, with one sink; seconds count from here on. */
  static AlertScript openFleet(String... names) {
    AlertScript script = withNodes(config(sink("ops")), names);
    script.clocked = true;
    script.open();
    script.run(15);
    script.start();
    return script;
  }

  /** Starts to count seconds. */
  void start() {
    zero = now;
    lines.clear();
    sent.clear();
  }

  private Instant zero = START;

  @CanIgnoreReturnValue
  ScriptNode add(String name) {
    ScriptNode node = new ScriptNode(name, now);
    nodes.put(name, node);
    return node;
  }

  /** The configuration names no nodes from now on, so that everybody belongs to the fleet. */
  void open() {
    voters("open");
  }

  /** The configuration names the nodes of the fleet from now on. */
  void close() {
    voters("allowed");
  }

  private void voters(String voters) {
    networks.replaceAll(
        (name, each) ->
            new NetworkReport(
                each.genesisCid(),
                each.network(),
                each.heights(),
                new NetworkReport.Votes(
                    each.votes().voters(),
                    each.votes().inConsensus(),
                    each.votes().inDispute(),
                    new NetworkReport.Basis(voters, false)),
                each.branches(),
                each.fleetForked(),
                each.clock(),
                each.extended()));
  }

  @CanIgnoreReturnValue
  ScriptNode expect(String name) {
    ScriptNode node = add(name);
    node.expected = new Expected(name, Map.of());
    node.liveness = Liveness.MISSING;
    node.connected = false;
    node.lastBeat = null;
    return node;
  }

  ScriptNode node(String name) {
    return Objects.requireNonNull(nodes.get(name), name);
  }

  void beat(String... names) {
    for (String name : names) {
      node(name).beat(now);
    }
  }

  void silent(String... names) {
    for (String name : names) {
      node(name).silent(now);
    }
  }

  void stop(String... names) {
    for (String name : names) {
      node(name).stop(now);
    }
  }

  void disconnect(String... names) {
    for (String name : names) {
      node(name).disconnect(now);
    }
  }

  void chain(String name, ChainState chain) {
    node(name).chain(chain, now);
  }

  void forget(String name) {
    nodes.remove(name);
    removed.add(name);
  }

  /** A network of nine voters in consensus, with the newest block now. */
  static NetworkReport report(String network) {
    return report(network, 9, 9, 100L, null, false);
  }

  static NetworkReport report(
      String network,
      int voters,
      int inConsensus,
      @Nullable Long best,
      @Nullable Instant newest,
      boolean fleetForked) {
    return report(network, voters, inConsensus, best, newest, fleetForked, List.of());
  }

  static NetworkReport report(
      String network,
      int voters,
      int inConsensus,
      @Nullable Long best,
      @Nullable Instant newest,
      boolean fleetForked,
      List<NetworkReport.Branch> sides) {
    return new NetworkReport(
        "bafy" + network,
        network,
        new NetworkReport.Heights(null, best, best, null),
        new NetworkReport.Votes(
            voters, inConsensus, voters - inConsensus, new NetworkReport.Basis("allowed", false)),
        sides,
        fleetForked,
        new NetworkReport.Clock(null, newest, null));
  }

  /**
   * The clock of the aggregator is set, and the aggregator reports it; seconds continue to count.
   */
  void step(Duration by) {
    engine.moved(by, now);
    now = now.plus(by);
    zero = zero.plus(by);
    startedAt = startedAt.plus(by);
    stepped = stepped.plus(by);
    nodes.values().forEach(node -> node.moved(by));
    networks.replaceAll((name, report) -> report.moved(by));
  }

  /** The present epoch, of 30 s. */
  long height() {
    return now.minus(stepped).getEpochSecond() / 30;
  }

  private NetworkReport withBlock(NetworkReport report) {
    long height = height();
    Instant newest = Instant.ofEpochSecond(30 * height).plus(stepped);
    return new NetworkReport(
        report.genesisCid(),
        report.network(),
        new NetworkReport.Heights(clocked ? height : null, height, height, null),
        report.votes(),
        report.branches(),
        report.fleetForked(),
        new NetworkReport.Clock(null, newest, clocked ? newest.plusSeconds(30) : null),
        report.extended());
  }

  void config(AlertsConfig next) {
    config = next;
    engine.config(next, now);
  }

  AlertsConfig config() {
    return config;
  }

  boolean warming() {
    return now.isBefore(startedAt.plusSeconds(WARMING));
  }

  /** Kills the engine and starts another with the stored state. */
  void restart() {
    engine = new AlertEngine(config, List.copyOf(store.values()), now);
    startedAt = now;
    complete = true;
    nodes.values().forEach(node -> node.restart(now));
  }

  /** Runs for a number of seconds. */
  void run(int seconds) {
    for (int i = 0; i < seconds; i++) {
      second();
      now = now.plusSeconds(1);
    }
  }

  /** Runs until this second after the start. */
  void until(int second) {
    while (!now.isAfter(zero.plusSeconds(second))) {
      run(1);
    }
  }

  /** The work of the alert loop each second. A step that kills it throws. */
  private void second() {
    try {
      nodes.values().forEach(node -> node.tick(now, warming()));
      if (blocks) {
        networks.replaceAll((name, report) -> withBlock(report));
      }
      engine.observe(changes(), degraded, deadPeers, certificateExpires, now);
      steps.accept("observed");
      save();
      steps.accept("saved");
      for (SinkConfig sink : config.delivery().sinks()) {
        send(sink.name());
      }
      send(Dispatcher.CANARY_SINK);
      save();
    } catch (Killed e) {
      restart();
    }
  }

  /** Thrown by a step to kill the engine there. */
  static final class Killed extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private Changes changes() {
    List<fil.heartbeat.aggregator.Node> changed =
        nodes.values().stream()
            .filter(node -> complete || node.changed)
            .map(node -> node.node(warming(), now))
            .toList();
    // The end of warming changes how nodes are judged.
    boolean ends = now.equals(startedAt.plusSeconds(WARMING - 1L));
    nodes.values().forEach(node -> node.changed = ends);
    Changes changes =
        FleetFixtures.changes(
            now,
            0,
            complete,
            warming(),
            changed,
            List.copyOf(removed),
            List.copyOf(networks.values()),
            canary);
    removed.clear();
    complete = false;
    return changes;
  }

  private void save() {
    for (Entry entry : engine.takeChanges()) {
      String key = entry.kind() + "/" + entry.id();
      if (entry.body() == null) {
        store.remove(key);
      } else {
        store.put(key, entry);
      }
    }
    ended.addAll(engine.takeResolved());
  }

  private void send(String sink) {
    Optional<Notification> due = engine.next(sink, now);
    while (due.isPresent()) {
      Notification notification = due.get();
      steps.accept("due");
      if (hanging.contains(sink)) {
        return;
      }
      DeliveryException failure =
          refused.test(notification)
              ? new DeliveryException(DeliveryException.Kind.REFUSED, "no", null)
              : failing.get(sink);
      if (failure == null) {
        write(notification);
        steps.accept("told");
        engine.delivered(notification, now);
      } else {
        engine.failed(notification, failure, now);
      }
      due = engine.next(sink, now);
    }
  }

  private void write(Notification notification) {
    sent.add(notification);
    StringBuilder line =
        new StringBuilder()
            .append(Duration.between(zero, now).toSeconds())
            .append("s ")
            .append(notification.sink())
            .append(' ')
            .append(notification.groupKey());
    notification.alerts().stream()
        .map(alert -> mark(notification, alert) + name(alert))
        .sorted()
        .forEach(each -> line.append(' ').append(each));
    lines.add(line.toString());
  }

  private static String mark(Notification notification, Alert alert) {
    if (!notification.news().contains(alert.id())) {
      return "=";
    }
    return alert.status() == AlertStatus.RESOLVED
        ? "-"
        : alert.severity() == fil.heartbeat.alert.model.Severity.CRITICAL ? "!" : "+";
  }

  private static String name(Alert alert) {
    return alert.peerId() == null ? alert.rule().label() : alert.peerId();
  }

  /** The alert of a rule that is pending or fires. */
  Optional<Alert> alert(AlertRule rule) {
    return engine.alerts().stream()
        .filter(each -> each.rule() == rule && each.status() != AlertStatus.RESOLVED)
        .findFirst();
  }

  boolean fires(AlertRule rule) {
    return alert(rule).filter(each -> each.status().isFiring()).isPresent();
  }
}
