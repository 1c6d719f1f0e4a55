package fil.heartbeat.alert;

import static fil.heartbeat.alert.AlertScript.sink;
import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.aggregator.IngestCounts;
import fil.heartbeat.aggregator.Node;
import fil.heartbeat.alert.model.Alert;
import fil.heartbeat.alert.model.AlertRule;
import fil.heartbeat.alert.model.DeliveryException;
import fil.heartbeat.alert.model.Selector;
import fil.heartbeat.alert.model.Silence;
import fil.heartbeat.alert.notify.MonitoredSink;
import fil.heartbeat.alert.notify.TimeLimit;
import fil.heartbeat.alert.state.AlertBounds;
import fil.heartbeat.alert.state.StateWriter;
import fil.heartbeat.config.AlertsConfig;
import fil.heartbeat.config.SinkConfig;
import fil.heartbeat.fleet.ChainState;
import fil.heartbeat.fleet.Standing;
import fil.heartbeat.history.NoHistory;
import fil.heartbeat.testing.FleetFixtures;
import fil.heartbeat.testing.HeldTimes;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When the clock is set, every time in the state of alerts is moved; none is missed. */
class MovedTest {
  /** Nodes are read again, silences have wall clock times, and an alert is created on request. */
  private static final Set<Class<?>> NOT = Set.of(Node.class, Silence.class, Alert.class);

  private static final AlertsConfig CONFIG =
      AlertScript.config(
              sink("ops", SinkConfig.Type.WEBHOOK, true, 600),
              sink("am", SinkConfig.Type.ALERTMANAGER, false, 60))
          .withRules(all -> all.withRule(AlertRule.UNKNOWN_NODES, rule -> rule.withEnabled(true)));

  private static AlertScript script() {
    AlertScript script = AlertScript.withNodes(CONFIG, "a", "b", "c", "d", "e");
    script.add("stranger").standing = Standing.STRANGER;
    script.run(120);
    // Started with the nodes unjudged, and they are judged by now.
    script.restart();
    script.run(60);
    script.start();
    script.silent("a");
    script.chain("b", ChainState.FORKED);
    script.until(60);
    var unused =
        script.engine.acknowledge(
            script.engine.alerts().stream()
                .filter(alert -> "a".equals(alert.peerId()))
                .findFirst()
                .orElseThrow()
                .id(),
            "alice",
            "",
            script.now);
    var unusedToo =
        script.engine.addSilence(
            new Selector(Map.of("nickname", List.of("e"))),
            script.now,
            script.now.plusSeconds(90_000),
            "alice",
            "",
            script.now);
    // Resolved, and a sink that was not notified of it.
    script.failing.put("ops", new DeliveryException(DeliveryException.Kind.LIMITED, "later", null));
    script.chain("b", ChainState.OK);
    script.chain("c", ChainState.FORKED);
    script.run(40);
    // Clearing, pending, and lost a moment ago.
    script.chain("c", ChainState.OK);
    script.silent("d");
    script.run(3);
    return script;
  }

  private static final class Unlimited implements TimeLimit {
    @Override
    public <T> Future<T> within(Future<T> future, Duration limit) {
      return future;
    }
  }

  private static void isMoved(Object root, Duration by, Runnable move) {
    HeldTimes before = HeldTimes.of(root, NOT);
    move.run();
    Map<String, List<Instant>> after = HeldTimes.of(root, NOT).times();
    assertThat(before.empty()).as("not tried").isEmpty();
    before
        .times()
        .forEach(
            (field, times) ->
                assertThat(after.get(field))
                    .as(field)
                    .isEqualTo(times.stream().map(each -> moved(each, by)).toList()));
    assertThat(after.keySet()).isEqualTo(before.times().keySet());
  }

  private static Instant moved(Instant at, Duration by) {
    return at.equals(Instant.MIN) ? at : at.plus(by);
  }

  @ParameterizedTest
  @ValueSource(strings = {"PT2H", "PT-1H", "PT2S"})
  void everyTimeOfTheEngineIsMoved(Duration by) {
    AlertScript script = script();
    Set<String> tried = new HashSet<>(HeldTimes.of(script.engine, NOT).times().keySet());
    assertThat(tried)
        .contains("NodeTracker.warmSince")
        .contains(
            "Lifecycle.endsAt",
            "Lifecycle.clearingSince",
            "Delivery.at",
            "Count.at",
            "FlapRule.changes");
    isMoved(script.engine, by, () -> script.engine.moved(by, script.now));
  }

  @Test
  void everyTimeBesideTheEngineIsMoved() {
    Duration by = Duration.ofHours(-1);
    Instant now = AlertScript.START;
    SelfCheck selfCheck = new SelfCheck();
    for (long lost = 0; lost < 2; lost++) {
      List<String> unused =
          selfCheck.faults(
              FleetFixtures.snapshot(
                      List.of(),
                      List.of(),
                      new IngestCounts(lost, 0, Map.of(IngestCounts.OVERFLOW, lost)),
                      FleetFixtures.hostStats(Map.of()))
                  .overview(),
              Optional.empty(),
              List.of(),
              true,
              Optional.empty(),
              now);
    }
    isMoved(selfCheck, by, () -> selfCheck.moved(by));
    StateWriter writer = new StateWriter(new NoHistory(), () -> now, AlertBounds.DEFAULT);
    isMoved(writer, by, () -> writer.moved(by));
    MonitoredSink sink =
        new MonitoredSink(sink("ops"), new RecordingSink(sink("ops")), new Unlimited());
    sink.succeeded(now);
    sink.failed(new DeliveryException(DeliveryException.Kind.REFUSED, "no", null), now);
    isMoved(sink, by, () -> sink.moved(by));
  }
}
