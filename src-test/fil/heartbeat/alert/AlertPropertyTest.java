package fil.heartbeat.alert;

import static fil.heartbeat.alert.AlertScript.sink;
import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.alert.model.Alert;
import fil.heartbeat.alert.model.AlertRule;
import fil.heartbeat.alert.model.AlertStatus;
import fil.heartbeat.alert.model.DeliveryException;
import fil.heartbeat.alert.model.Notification;
import fil.heartbeat.alert.model.Selector;
import fil.heartbeat.alert.model.Severity;
import fil.heartbeat.alert.model.Silence;
import fil.heartbeat.alert.notify.DeliveryThrottle;
import fil.heartbeat.config.AlertsConfig;
import fil.heartbeat.config.SinkConfig;
import fil.heartbeat.fleet.ChainState;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever happens to nodes, sinks and the engine: in the end every sink knows the present state,
 * no alert is resolved that was not sent, and an alert keeps its id.
 */
class AlertPropertyTest {
  private static final int SEEDS = 20;
  private static final ChainState[] CHAINS = {
    ChainState.OK,
    ChainState.OK,
    ChainState.FORKED,
    ChainState.NO_HEAD,
    ChainState.BEHIND,
    ChainState.STALLED,
    ChainState.SYNCING,
    ChainState.UNKNOWN
  };
  private static final AlertsConfig CONFIG =
      AlertScript.config(
              sink("ops"),
              sink("slow", SinkConfig.Type.SLACK, false, 3),
              sink("am", SinkConfig.Type.ALERTMANAGER, false, 60))
          .withDelivery(
              to ->
                  to.withRoutes(
                      List.of(
                          new AlertsConfig.Route(Selector.ALL, List.of("ops", "am")),
                          new AlertsConfig.Route(
                              new Selector(Map.of("severity", List.of("critical", "warning"))),
                              List.of("slow")))));

  static IntStream seeds() {
    return IntStream.range(0, SEEDS);
  }

  private final Set<String> mayBeUntold = new HashSet<>();
  private Instant failedAt = Instant.EPOCH;

  @ParameterizedTest
  @MethodSource("seeds")
  void everySinkEndsWithThePresentState(int seed) {
    Random random = new Random(seed);
    String[] names = IntStream.range(0, 9).mapToObj(i -> "n" + i).toArray(String[]::new);
    AlertScript script = AlertScript.withNodes(CONFIG, names);
    script.steps = step -> excuseOrKill(script, step, random);
    for (int i = 0; i < 150; i++) {
      act(script, random, names);
      script.run(1 + random.nextInt(40));
    }
    script.steps = step -> {};
    script.failing.clear();
    script.run(700);
    script.run(4_000);
    for (SinkConfig sink : CONFIG.delivery().sinks()) {
      Map<String, AlertStatus> known = read(script, sink.name(), seed);
      Set<String> firing =
          known.entrySet().stream()
              .filter(each -> each.getValue().isFiring())
              .map(Map.Entry::getKey)
              .collect(Collectors.toSet());
      Set<String> present =
          script.engine.alerts().stream()
              .filter(each -> each.status().isFiring() && each.rule() != AlertRule.WATCHDOG)
              .filter(
                  each -> each.suppressedBy() == null || each.deliveries().containsKey(sink.name()))
              .filter(each -> !sink.name().equals("slow") || each.severity() != Severity.INFO)
              .map(Alert::id)
              .collect(Collectors.toSet());
      assertThat(firing).as("seed %s, sink %s", seed, sink.name()).isEqualTo(present);
      assertThat(script.engine.waiting(sink.name())).as("seed %s, %s", seed, sink.name()).isZero();
    }
    assertThat(script.engine.dropped()).isEmpty();
    assertThat(script.engine.alerts()).noneMatch(each -> each.status() == AlertStatus.RESOLVED);
  }

  /**
   * An alert that fires while a sink fails, waits after a failure, or at a kill, may reach the sink
   * only as resolved: sent or not, it is resolved.
   */
  private void excuseOrKill(AlertScript script, String step, Random random) {
    boolean killed = random.nextInt(3_000) == 0;
    if (!script.failing.isEmpty()) {
      failedAt = script.now;
    }
    boolean fails = !failedAt.plus(DeliveryThrottle.MAX_BACKOFF).isBefore(script.now);
    if (killed || (step.equals("observed") && fails)) {
      script.engine.alerts().forEach(each -> mayBeUntold.add(each.id()));
    }
    if (killed) {
      throw new AlertScript.Killed();
    }
  }

  private static void act(AlertScript script, Random random, String[] names) {
    String name = names[random.nextInt(names.length)];
    switch (random.nextInt(14)) {
      case 0, 1 -> script.silent(name);
      case 2, 3, 4 -> script.beat(name);
      case 5 -> script.disconnect(name);
      case 6, 7 -> script.chain(name, CHAINS[random.nextInt(CHAINS.length)]);
      case 8 -> {
        for (String each : names) {
          script.silent(each);
        }
      }
      case 9 -> script.beat(names);
      case 10 -> {
        String sink = CONFIG.delivery().sinks().get(random.nextInt(3)).name();
        if (script.failing.remove(sink) == null) {
          script.failing.put(
              sink, new DeliveryException(DeliveryException.Kind.UNREACHABLE, "no", null));
        }
      }
      case 11 -> {
        Silence silence =
            script.engine.addSilence(
                new Selector(Map.of("peer_id", List.of(name))),
                script.now,
                script.now.plusSeconds(1 + random.nextInt(600)),
                "alice",
                "",
                script.now);
        assertThat(silence.holds(script.now)).isTrue();
      }
      case 12 -> script.blocks = !script.blocks;
      default -> {
        if (random.nextInt(4) == 0) {
          script.restart();
        }
      }
    }
  }

  /** Reads the notifications of a sink as its receiver would. */
  private Map<String, AlertStatus> read(AlertScript script, String sink, int seed) {
    Map<String, AlertStatus> known = new HashMap<>();
    Map<String, String> firing = new HashMap<>();
    for (Notification each : script.sent) {
      if (!each.sink().equals(sink)) {
        continue;
      }
      // Resolved ones first: one that fires again in the same message is another alert.
      for (int i = each.alerts().size() - 1; i >= 0; i--) {
        Alert alert = each.alerts().get(i);
        AlertStatus before = known.put(alert.id(), alert.status());
        if (alert.status().isFiring()) {
          assertThat(before)
              .as("seed %s: back from the dead", seed)
              .isNotEqualTo(AlertStatus.RESOLVED);
          String other = firing.put(alert.fingerprint(), alert.id());
          if (other != null && !other.equals(alert.id())) {
            assertThat(sink).as("seed %s: two of one at %s", seed, each.at()).isEqualTo("am");
            known.remove(other);
          }
        } else {
          if (sink.equals("am")) {
            // An Alertmanager sees all alerts of one rule and subject as one.
            known.remove(firing.getOrDefault(alert.fingerprint(), ""));
            firing.remove(alert.fingerprint());
            known.put(alert.id(), alert.status());
          }
          firing.remove(alert.fingerprint(), alert.id());
          assertThat(before != null || mayBeUntold.contains(alert.id()))
              .as(
                  "seed %s: %s of %s over, never told, at %s",
                  seed, alert.rule(), alert.peerId(), each.at())
              .isTrue();
        }
      }
    }
    return known;
  }
}
