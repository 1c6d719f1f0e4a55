package fil.heartbeat.alert;

import fil.heartbeat.aggregator.ClockSteps;
import fil.heartbeat.aggregator.Node;
import fil.heartbeat.alert.model.Alert;
import fil.heartbeat.alert.model.Notification;
import fil.heartbeat.config.AlertsConfig;
import fil.heartbeat.config.SinkConfig;
import fil.heartbeat.fleet.NetworkReport;
import fil.heartbeat.history.AlertStore;
import fil.heartbeat.testing.FleetFixtures;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** An engine with sinks that accept everything, for tests of other rooms. */
public final class Rehearsal {
  private final Map<String, AlertStore.Entry> store = new LinkedHashMap<>();
  private AlertEngine engine;
  private final AlertsConfig config;
  private final List<Notification> told = new ArrayList<>();
  private Duration stepped = Duration.ZERO;
  private long entries;

  public Rehearsal(AlertsConfig config, Instant now) {
    this.config = config;
    engine = new AlertEngine(config, List.of(), now);
  }

  /** One sink that gets everything. */
  public static AlertsConfig oneSink() {
    return AlertScript.config(AlertScript.sink("ops", SinkConfig.Type.WEBHOOK, true, 600));
  }

  /** One second of the alert loop. */
  public void observe(
      ClockSteps steps,
      Instant at,
      boolean warming,
      boolean complete,
      List<Node> nodes,
      List<String> removed,
      List<NetworkReport> networks) {
    Duration by = steps.total().minus(stepped);
    if (!by.isZero()) {
      engine.moved(by, at.minus(by));
      stepped = steps.total();
    }
    engine.observe(
        FleetFixtures.changes(at, 0, complete, warming, nodes, removed, networks, 0, steps),
        List.of(),
        List.of(),
        Optional.empty(),
        at);
    save();
    for (SinkConfig sink : config.delivery().sinks()) {
      Optional<Notification> due = engine.next(sink.name(), at);
      due.ifPresent(
          notification -> {
            told.add(notification);
            engine.delivered(notification, at);
          });
    }
    save();
  }

  private void save() {
    for (AlertStore.Entry entry : engine.takeChanges()) {
      entries++;
      String key = entry.kind() + "/" + entry.id();
      if (entry.body() == null) {
        store.remove(key);
      } else {
        store.put(key, entry);
      }
    }
  }

  /** Starts another engine with the stored state. */
  public void restart(Instant now) {
    engine = new AlertEngine(config, List.copyOf(store.values()), now);
    stepped = Duration.ZERO;
  }

  /** All notifications, in order. */
  public List<Notification> told() {
    return told;
  }

  /** Writes to the store so far. */
  public long entries() {
    return entries;
  }

  public List<Alert> alerts() {
    return engine.alerts();
  }
}
