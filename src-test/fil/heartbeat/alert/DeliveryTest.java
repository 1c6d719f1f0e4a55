package fil.heartbeat.alert;

import static fil.heartbeat.alert.AlertScript.sink;
import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.alert.model.AlertRule;
import fil.heartbeat.alert.model.AlertStatus;
import fil.heartbeat.alert.model.AlertText;
import fil.heartbeat.alert.model.DeliveryException;
import fil.heartbeat.alert.model.Notification;
import fil.heartbeat.alert.model.Selector;
import fil.heartbeat.alert.model.Silence;
import fil.heartbeat.alert.notify.PendingDeliveries;
import fil.heartbeat.alert.state.AlertKey;
import fil.heartbeat.alert.state.AlertRecord;
import fil.heartbeat.alert.state.Lifecycle;
import fil.heartbeat.config.AlertsConfig;
import fil.heartbeat.config.SinkConfig;
import fil.heartbeat.fleet.ChainState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Which sink gets what and when: groups, routes, rates, failures, Alertmanager and the canary. */
class DeliveryTest {
  private static final AlertsConfig CONFIG = AlertScript.config(sink("ops"));
  private final DeliveryException unreachable =
      new DeliveryException(DeliveryException.Kind.UNREACHABLE, "no connection", null);

  private final AlertScript script = AlertScript.withNodes(CONFIG, "a", "b", "c");

  @Test
  void alertsOfOneRuleAndNetworkAreOneNotification() {
    script.silent("a");
    script.until(2);
    script.silent("b");
    script.chain("c", ChainState.FORKED);
    script.until(16);
    script.node("c").network = "calibnet";
    script.until(100);
    assertThat(script.lines)
        .containsExactly("8s ops NodeForked/mainnet !c", "20s ops NodeSilent/mainnet +a +b");
    Notification both = script.sent.get(1);
    assertThat(both.groupLabels())
        .isEqualTo(Map.of("alertname", "NodeSilent", "network", "mainnet"));
    assertThat(both.isFiring()).isTrue();
  }

  @Test
  void nodesOfTwoNetworksAreTwoGroups() {
    script.node("b").network = "calibnet";
    script.silent("a", "b");
    script.until(100);
    assertThat(script.lines)
        .containsExactly("20s ops NodeSilent/calibnet +b", "21s ops NodeSilent/mainnet +a");
  }

  @Test
  void routesChooseSinks() {
    script.config(
        CONFIG
            .withDelivery(to -> to.withSinks(List.of(sink("ops"), sink("duty"), sink("unused"))))
            .withDelivery(
                to ->
                    to.withRoutes(
                        List.of(
                            new AlertsConfig.Route(
                                new Selector(Map.of("severity", List.of("critical"))),
                                List.of("ops", "duty")),
                            new AlertsConfig.Route(
                                new Selector(Map.of("nickname", List.of("a*"))),
                                List.of("ops"))))));
    script.silent("a", "b");
    script.chain("c", ChainState.FORKED);
    script.until(100);
    assertThat(script.lines)
        .containsExactly(
            "5s ops NodeForked/mainnet !c",
            "5s duty NodeForked/mainnet !c",
            "20s ops NodeSilent/mainnet +a");
  }

  /** A problem of half an hour that came and went is sent once, as resolved. */
  @Test
  void aSinkThatWasDownForAnHourGetsThePresentStateOnce() {
    script.chain("c", ChainState.FORKED);
    script.until(10);
    script.failing.put("ops", unreachable);
    script.silent("a", "b");
    script.until(1800);
    script.beat("a");
    script.until(3000);
    script.chain("c", ChainState.OK);
    script.until(3600);
    assertThat(script.engine.waiting("ops")).isEqualTo(3);
    script.failing.clear();
    script.until(4200);
    assertThat(script.lines).hasSize(3).first().isEqualTo("5s ops NodeForked/mainnet !c");
    assertThat(script.lines.stream().map(line -> line.substring(line.indexOf(' '))))
        .contains(" ops NodeSilent/mainnet +b -a", " ops NodeForked/mainnet -c");
    assertThat(script.engine.waiting("ops")).isZero();
    assertThat(script.store.values()).filteredOn(each -> each.kind().equals("alert")).hasSize(2);
  }

  @Test
  void anAlertThatFiredAndEndedWhileASinkWasDownIsSentOnceAsResolved() {
    script.failing.put("ops", unreachable);
    script.silent("b");
    script.until(30);
    script.silent("a");
    script.until(80);
    script.beat("a");
    script.until(600);
    script.failing.clear();
    script.until(1200);
    assertThat(script.lines).singleElement().asString().endsWith("NodeSilent/mainnet +b -a");
  }

  @Test
  void anAlertThatCameAndWentBetweenTwoAttemptsIsSentOnceAsResolved() {
    script.failing.put("ops", unreachable);
    script.chain("c", ChainState.FORKED);
    script.until(170);
    script.silent("a");
    script.until(240);
    script.beat("a");
    script.until(300);
    script.failing.clear();
    script.until(400);
    assertThat(script.lines)
        .containsExactly("320s ops NodeSilent/mainnet -a", "321s ops NodeForked/mainnet !c");
  }

  @Test
  void pausesBetweenAttemptsGrow() {
    List<Long> attempts = new ArrayList<>();
    script.failing.put("ops", unreachable);
    Instant zero = script.now;
    script.steps =
        step -> {
          if (step.equals("due")) {
            attempts.add(Duration.between(zero, script.now).toSeconds());
          }
        };
    script.chain("c", ChainState.FORKED);
    script.until(1500);
    assertThat(attempts).containsExactly(5L, 10L, 20L, 40L, 80L, 160L, 320L, 620L, 920L, 1220L);
  }

  @Test
  void aReceiverChoosesThePauseBeforeTheNextAttempt() {
    script.failing.put(
        "ops",
        new DeliveryException(DeliveryException.Kind.LIMITED, "too much", Duration.ofSeconds(100)));
    script.chain("c", ChainState.FORKED);
    script.until(50);
    script.failing.clear();
    script.until(300);
    assertThat(script.lines).containsExactly("105s ops NodeForked/mainnet !c");
  }

  @Test
  void aRepetitionHasTheSameId() {
    List<String> ids = new ArrayList<>();
    script.failing.put("ops", unreachable);
    script.chain("c", ChainState.FORKED);
    script.until(6);
    script.failing.clear();
    script.until(30);
    script.sent.forEach(each -> ids.add(each.id()));
    AlertScript other = AlertScript.withNodes(CONFIG, "a", "b", "c");
    other.chain("c", ChainState.FORKED);
    other.until(30);
    assertThat(ids).containsExactly(other.sent.get(0).id());
  }

  @Test
  void aRejectedNotificationDoesNotBlockTheOthers() {
    script.refused = each -> each.groupKey().startsWith("NodeForked");
    script.silent("a");
    script.chain("c", ChainState.FORKED);
    script.until(100);
    assertThat(script.lines).containsExactly("20s ops NodeSilent/mainnet +a");
  }

  @Test
  void theRateOfASinkIsLimitedAndNothingIsLost() {
    script.config(
        CONFIG.withDelivery(
            to -> to.withSinks(List.of(sink("ops", SinkConfig.Type.SLACK, false, 2)))));
    script.chain("a", ChainState.FORKED);
    script.chain("b", ChainState.NO_HEAD);
    script.silent("c");
    script.until(40);
    script.chain("a", ChainState.OK);
    script.until(200);
    assertThat(script.lines)
        .containsExactly(
            "5s ops NodeForked/mainnet !a",
            "20s ops NodeSilent/mainnet +c",
            "65s ops NodeForked/mainnet -a",
            "80s ops NodeNoHead/mainnet +b");
  }

  @Test
  void onlyOneNotificationIsInFlight() {
    script.hanging.add("ops");
    script.chain("a", ChainState.FORKED);
    script.until(10);
    Notification first =
        PendingDeliveries.notification("ops", "x", List.of(incident("a")), List.of(), script.now);
    script.silent("b");
    script.until(100);
    assertThat(script.engine.next("ops", script.now)).isEmpty();
    // A result without a notification in flight changes nothing.
    script.engine.failed(first, unreachable, script.now);
    script.until(110);
    assertThat(script.lines).isEmpty();
  }

  /** Otherwise invented networks would delay real alerts. */
  @Test
  void networksWithoutANameAreOneGroup() {
    script.config(
        CONFIG.withDelivery(
            to -> to.withSinks(List.of(sink("ops", SinkConfig.Type.WEBHOOK, false, 5)))));
    for (int i = 0; i < 400; i++) {
      ScriptNode node = script.add("made-up-" + i);
      node.network = null;
      node.genesis = "bafy-made-up-" + i;
      node.chain(ChainState.AHEAD, script.now);
    }
    script.until(200);
    assertThat(script.sent)
        .singleElement()
        .satisfies(
            told -> {
              assertThat(told.groupLabels()).containsEntry("network", "(other)");
              assertThat(told.alerts()).hasSize(400);
            });
    script.silent("a");
    script.until(240);
    assertThat(script.lines).last().asString().startsWith("221s ops NodeSilent/mainnet");
  }

  /** Five a minute, one of them reserved for critical alerts. */
  @Test
  void criticalAlertsGetThroughAFloodOfWarnings() {
    script.config(
        CONFIG.withDelivery(
            to -> to.withSinks(List.of(sink("ops", SinkConfig.Type.WEBHOOK, false, 5)))));
    for (int i = 0; i < 20; i++) {
      ScriptNode node = script.add("node-" + i);
      node.network = "network-" + i;
      node.chain(ChainState.AHEAD, script.now);
    }
    script.until(200);
    assertThat(script.lines).hasSize(4);
    script.chain("a", ChainState.FORKED);
    script.until(210);
    assertThat(script.lines).hasSize(5).last().asString().contains("NodeForked/mainnet !a");
  }

  /** One of two a minute is reserved for critical alerts, whatever else there is. */
  @Test
  void aSlowSinkReservesRoomForCriticalAlerts() {
    script.config(
        CONFIG.withDelivery(
            to -> to.withSinks(List.of(sink("ops", SinkConfig.Type.WEBHOOK, false, 2)))));
    for (int i = 0; i < 20; i++) {
      ScriptNode node = script.add("node-" + i);
      node.network = "network-" + i;
      node.chain(ChainState.AHEAD, script.now);
    }
    script.until(200);
    int before = script.lines.size();
    script.chain("a", ChainState.FORKED);
    script.until(201 + (int) CONFIG.delivery().groupWait().toSeconds());
    assertThat(script.lines)
        .hasSize(before + 1)
        .last()
        .asString()
        .contains("NodeForked/mainnet !a");
  }

  /** Endless changes leave the Alertmanager room for critical alerts. */
  @Test
  void aRateLimitedAlertmanagerGetsCriticalAlertsAtOnce() {
    script.config(
        CONFIG.withDelivery(
            to -> to.withSinks(List.of(sink("am", SinkConfig.Type.ALERTMANAGER, false, 2)))));
    for (int i = 0; i < 12; i++) {
      script.add("node-" + i);
    }
    script.run(60);
    for (int i = 0; i < 12; i++) {
      script.silent("node-" + i);
      script.run(i == 11 ? 20 : 10);
    }
    int before = script.lines.size();
    script.chain("a", ChainState.FORKED);
    script.run(2);
    assertThat(script.lines).hasSize(before + 1).last().asString().contains("!a");
  }

  @Test
  void criticalAlertsGoFirstAfterAnOutageAndBlockNoOthers() {
    for (int i = 0; i < 3; i++) {
      ScriptNode node = script.add("node-" + i);
      node.network = "network-" + i;
      node.chain(ChainState.AHEAD, script.now);
    }
    script.failing.put("ops", unreachable);
    script.chain("a", ChainState.FORKED);
    script.until(1_000);
    script.failing.clear();
    script.until(2_000);
    assertThat(script.lines.subList(0, 2)).anyMatch(line -> line.contains("NodeForked"));
    assertThat(script.lines).hasSize(4);
  }

  @Test
  void aRejectedCriticalAlertBlocksNoOthers() {
    script.refused = told -> told.groupKey().startsWith("NodeForked");
    script.chain("a", ChainState.FORKED);
    script.until(60);
    script.silent("b", "c");
    script.until(1_000);
    assertThat(script.lines).singleElement().asString().contains("NodeSilent/mainnet +b +c");
  }

  private static AlertRecord incident(String peer) {
    return new AlertRecord(
        new AlertKey(AlertRule.NODE_FORKED, peer),
        null,
        null,
        Lifecycle.pending(AlertScript.START),
        fil.heartbeat.alert.model.Severity.CRITICAL,
        new AlertText("x", null));
  }

  @Test
  void theWatchdogIsRepeatedToSinksThatWantIt() {
    script.config(
        CONFIG.withDelivery(
            to ->
                to.withSinks(
                    List.of(sink("ops"), sink("snitch", SinkConfig.Type.WEBHOOK, true, 60)))));
    script.until(650);
    assertThat(script.lines)
        .containsExactly(
            "5s snitch Watchdog +Watchdog",
            "310s snitch Watchdog +Watchdog",
            "615s snitch Watchdog +Watchdog");
    assertThat(script.sent.stream().map(Notification::id).distinct()).hasSize(3);
  }

  @Test
  void anAlertmanagerGetsAlertsAtOnceEachMinuteAndOnceWhenResolved() {
    script.config(
        CONFIG.withDelivery(
            to -> to.withSinks(List.of(sink("am", SinkConfig.Type.ALERTMANAGER, false, 600)))));
    script.chain("a", ChainState.FORKED);
    script.until(30);
    script.silent("b");
    script.until(100);
    Silence silence =
        script.engine.addSilence(
            Selector.ALL, script.now, script.now.plusSeconds(3600), "alice", "", script.now);
    assertThat(silence.holds(script.now)).isTrue();
    script.until(150);
    script.chain("a", ChainState.OK);
    script.until(170);
    assertThat(script.lines)
        .containsExactly("0s am * !a", "46s am * +b =a", "106s am * =a =b", "161s am * -a =b");
  }

  @Test
  void forAnAlertmanagerAnAlertThatFiresAgainContinues() {
    script.config(
        CONFIG.withDelivery(
            to -> to.withSinks(List.of(sink("am", SinkConfig.Type.ALERTMANAGER, false, 600)))));
    script.chain("a", ChainState.FORKED);
    script.until(10);
    script.failing.put("am", unreachable);
    script.silent("b");
    script.until(20);
    script.chain("a", ChainState.OK);
    script.until(40);
    script.chain("a", ChainState.FORKED);
    script.until(50);
    script.failing.clear();
    script.until(100);
    assertThat(script.lines).containsExactly("0s am * !a", "61s am * !a +b");
    assertThat(script.engine.alerts()).noneMatch(alert -> alert.status() == AlertStatus.RESOLVED);
  }

  @Test
  void onlyTheCanarySinkGetsTheCanarysAlerts() {
    script.canary = 7;
    script.until(3);
    script.canary = 8;
    script.until(10);
    assertThat(script.lines)
        .containsExactly("0s (canary) Canary +Canary", "4s (canary) Canary +Canary");
    assertThat(script.sent.get(1).alerts().get(0).labels()).containsEntry("beat", "8");
    assertThat(script.engine.alerts()).noneMatch(alert -> alert.rule() == AlertRule.CANARY);
  }

  @Test
  void anAddedSinkGetsFiringAlerts() {
    script.silent("a");
    script.until(60);
    script.config(CONFIG.withDelivery(to -> to.withSinks(List.of(sink("ops"), sink("new")))));
    script.until(80);
    script.config(CONFIG);
    script.beat("a");
    script.until(120);
    assertThat(script.lines)
        .containsExactly(
            "20s ops NodeSilent/mainnet +a",
            "66s new NodeSilent/mainnet +a",
            "96s ops NodeSilent/mainnet -a");
  }

  @Test
  void switchingARuleOffResolvesItsAlerts() {
    script.silent("a");
    script.chain("b", ChainState.BEHIND);
    script.until(60);
    script.config(
        CONFIG.withRules(
            all -> all.withRule(AlertRule.NODE_SILENT, rule -> rule.withEnabled(false))));
    script.until(120);
    assertThat(script.lines)
        .containsExactly("20s ops NodeSilent/mainnet +a", "66s ops NodeSilent/mainnet -a");
  }
}
