package fil.heartbeat.alert;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.aggregator.Changes;
import fil.heartbeat.aggregator.Node;
import fil.heartbeat.alert.model.AlertRule;
import fil.heartbeat.alert.model.DeliveryException;
import fil.heartbeat.alert.model.Notification;
import fil.heartbeat.alert.model.Severity;
import fil.heartbeat.alert.notify.NotificationQueue;
import fil.heartbeat.alert.rule.FlapRule;
import fil.heartbeat.alert.state.AlertBounds;
import fil.heartbeat.config.AlertsConfig;
import fil.heartbeat.fleet.ChainState;
import fil.heartbeat.fleet.Standing;
import fil.heartbeat.testing.FleetFixtures;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Bounds of everything that could grow. */
class BoundsTest {
  private static final Instant NOW = FleetFixtures.NOW.plusSeconds(100);

  private static void observe(AlertEngine engine, Instant at, List<Node> nodes) {
    Changes changes = FleetFixtures.changes(at, 0, false, false, nodes, List.of(), List.of(), 0);
    engine.observe(changes, List.of(), List.of(), Optional.empty(), at);
  }

  private static Node node(int number, ChainState chain) {
    Node node = FleetFixtures.node("p" + number, "", 1L);
    return new Node(
        node.peerId(),
        null,
        Standing.VOTER,
        null,
        node.claims(),
        List.of(),
        FleetFixtures.verdict(chain),
        node.contact());
  }

  @Test
  void alertsBeyondTheLimitAreCountedAndComeWhenThereIsRoom() {
    AlertEngine engine = new AlertEngine(AlertsConfig.DEFAULT.ofNamedFleet(), List.of(), NOW);
    List<Node> nodes = new ArrayList<>();
    for (int i = 0; i <= AlertBounds.DEFAULT.nodeAlerts(); i++) {
      nodes.add(node(i, ChainState.FORKED));
    }
    observe(engine, NOW, nodes);
    assertThat(engine.dropped()).containsEntry("too-many", 1L);
    assertThat(engine.alerts()).hasSize(AlertBounds.DEFAULT.nodeAlerts() + 1);
    observe(engine, NOW.plusSeconds(1), List.of(node(0, ChainState.OK)));
    for (int i = 2; i < 20; i++) {
      observe(engine, NOW.plusSeconds(i), List.of());
    }
    assertThat(engine.alerts())
        .filteredOn(each -> each.rule() == AlertRule.NODE_FORKED)
        .hasSize(AlertBounds.DEFAULT.nodeAlerts())
        .anyMatch(each -> ("p" + AlertBounds.DEFAULT.nodeAlerts()).equals(each.peerId()))
        .noneMatch(each -> "p0".equals(each.peerId()));
  }

  @Test
  void aNotificationHoldsNoMoreThanAReceiverCanTake() {
    AlertScript script =
        AlertScript.withNodes(
            AlertScript.config(AlertScript.sink("ops")),
            java.util.stream.IntStream.range(0, 2_500)
                .mapToObj(i -> "n" + i)
                .toArray(String[]::new));
    script.nodes.keySet().forEach(name -> script.chain(name, ChainState.FORKED));
    script.until(20);
    assertThat(script.sent)
        .extracting(each -> each.news().size())
        .containsExactly(1_000, 1_000, 500);
    assertThat(script.sent).allMatch(each -> each.alerts().size() <= NotificationQueue.MAX_ALERTS);
    assertThat(script.engine.waiting("ops")).isZero();
  }

  /** An alert that became critical after a thousand warnings is in the first notification. */
  @Test
  void criticalAlertsAreAmongTheFirstThousand() {
    AlertScript script =
        AlertScript.withNodes(
            AlertScript.config(AlertScript.sink("ops")),
            java.util.stream.IntStream.range(0, 1_500)
                .mapToObj(i -> "n" + i)
                .toArray(String[]::new));
    script.chain("n1499", ChainState.BEHIND);
    script.until(400);
    assertThat(script.lines).singleElement().asString().contains("NodeBehind/mainnet +n1499");
    script.nodes.keySet().forEach(name -> script.chain(name, ChainState.BEHIND));
    script.failing.put(
        "ops", new DeliveryException(DeliveryException.Kind.UNREACHABLE, "no connection", null));
    script.until(700);
    script.failing.clear();
    script.sent.clear();
    script.until(1_100);
    Notification first = script.sent.get(0);
    assertThat(first.news()).hasSize(1_000);
    assertThat(first.alerts())
        .filteredOn(each -> each.severity() == Severity.CRITICAL)
        .singleElement()
        .satisfies(each -> assertThat(first.news()).contains(each.id()));
  }

  @Test
  void changesOfANodeThatNeverRestsAreBounded() {
    FlapRule flaps = new FlapRule();
    for (int i = 0; i < 10_000; i++) {
      flaps.changed("a", NOW.plusSeconds(i));
    }
    assertThat(flaps.takeChanges().get("a")).hasSize(FlapRule.MAX_CHANGES);
    flaps.sweep(AlertScript.QUICK_TO_FLAP, NOW.plusSeconds(20_000));
    assertThat(flaps.takeChanges()).isEqualTo(java.util.Map.of("a", List.of()));
  }
}
