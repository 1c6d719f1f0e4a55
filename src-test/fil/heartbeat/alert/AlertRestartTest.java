package fil.heartbeat.alert;

import static fil.heartbeat.alert.AlertScript.sink;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import fil.heartbeat.alert.model.AlertRule;
import fil.heartbeat.alert.model.AlertStatus;
import fil.heartbeat.alert.model.DeliveryException;
import fil.heartbeat.alert.model.Notification;
import fil.heartbeat.alert.state.AlertCodec;
import fil.heartbeat.config.AlertsConfig;
import fil.heartbeat.fleet.ChainState;
import fil.heartbeat.fleet.Liveness;
import fil.heartbeat.history.AlertStore.Entry;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** State that survives a restart. */
class AlertRestartTest {
  private static final AlertsConfig CONFIG = AlertScript.config(sink("ops"));

  private final AlertScript script = AlertScript.withNodes(CONFIG, "a", "b", "c");

  /** Killed at each second of an alert: sent once, resolved once, whenever that was. */
  @ParameterizedTest
  @ValueSource(
      ints = {1, 10, 14, 15, 16, 18, 19, 20, 21, 40, 59, 60, 61, 70, 72, 74, 75, 76, 77, 80})
  void aRestartSendsNothingTwiceAndResolvesNothingFalsely(int at) {
    script.silent("a");
    script.until(Math.min(60, at));
    if (at > 60) {
      script.beat("a");
      script.until(at);
    }
    script.restart();
    if (at <= 60) {
      script.until(200);
      script.beat("a");
    }
    script.until(600);
    assertThat(script.lines).hasSize(2);
    assertThat(script.lines.get(0)).containsPattern("Node(Silent|Disconnected)/mainnet \\+a$");
    assertThat(script.lines.get(1)).containsPattern("Node(Silent|Disconnected)/mainnet -a$");
    assertThat(script.sent.get(0).alerts().get(0).id())
        .isEqualTo(script.sent.get(1).alerts().get(0).id());
  }

  @ParameterizedTest
  @CsvSource({
    "observed, 20",
    "saved, 20",
    "due, 20",
    "told, 20",
    "due, 76",
    "told, 76",
    "saved, 76"
  })
  void afterAKillAtAnyStepANotificationIsSentAgainUnderTheSameId(String step, int second) {
    boolean[] killed = {false};
    var zero = script.now;
    script.steps =
        at -> {
          if (at.equals(step) && !killed[0] && script.now.equals(zero.plusSeconds(second))) {
            killed[0] = true;
            throw new AlertScript.Killed();
          }
        };
    script.silent("a");
    script.until(60);
    script.beat("a");
    script.until(300);
    assertThat(killed[0]).isTrue();
    List<String> ids = script.sent.stream().map(Notification::id).distinct().toList();
    assertThat(ids).hasSize(2);
    assertThat(script.lines).hasSize(step.equals("told") ? 3 : 2);
    assertThat(script.sent.stream().map(each -> each.alerts().get(0).id()).distinct()).hasSize(1);
  }

  /** The receiver knows the alert, and the restarted process does not know that it does. */
  @Test
  void anAlertSentRightBeforeACrashAndEndedMeanwhileIsResolved() {
    boolean[] killed = {false};
    script.config(CONFIG.withRules(all -> all.withKeepFiringFor(java.time.Duration.ZERO)));
    script.steps =
        at -> {
          if (at.equals("told") && !killed[0]) {
            killed[0] = true;
            throw new AlertScript.Killed();
          }
        };
    script.silent("a");
    script.until(20);
    script.beat("a");
    script.until(100);
    assertThat(script.lines).hasSize(2);
    assertThat(script.lines.get(0)).isEqualTo("20s ops NodeSilent/mainnet +a");
    assertThat(script.lines.get(1)).endsWith("s ops NodeSilent/mainnet -a");
  }

  @Test
  void noNewAlertFiresWhileWarming() {
    script.config(
        CONFIG.withRules(
            all ->
                all.withRule(
                    AlertRule.NODE_NO_HEAD, rule -> rule.withHold(Duration.ofSeconds(5)))));
    script.restart();
    script.start();
    script.run(5);
    script.chain("a", ChainState.NO_HEAD);
    script.chain("b", ChainState.WRONG_NETWORK);
    script.degraded = List.of("slow");
    script.until(29);
    assertThat(script.engine.alerts())
        .anyMatch(
            alert ->
                alert.rule() == AlertRule.NODE_NO_HEAD && alert.status() == AlertStatus.PENDING);
    assertThat(script.engine.alerts())
        .noneMatch(
            alert -> alert.status().isFiring() && alert.rule().subject() == AlertRule.Subject.NODE);
    assertThat(script.lines).isEmpty();
  }

  /**
   * The node is not reported as down yet, and a registry without its state reports that it beats.
   */
  @Test
  void aRestoredNodeStaysSilentUntilItBeats() {
    script.silent("a");
    script.until(60);
    script.restart();
    script.node("a").liveness = Liveness.BEATING;
    script.until(300);
    assertThat(script.lines).containsExactly("20s ops NodeSilent/mainnet +a");
    script.beat("a");
    script.until(400);
    assertThat(script.lines).hasSize(2);
  }

  @Test
  void aNodeBehindStaysBehindWhileTheAggregatorIsWarming() {
    script.chain("a", ChainState.BEHIND);
    script.until(200);
    script.restart();
    script.until(700);
    assertThat(script.lines)
        .containsExactly("185s ops NodeBehind/mainnet +a", "605s ops NodeBehind/mainnet !a");
  }

  @Test
  void anIsolationSurvivesARestart() {
    AlertScript many =
        AlertScript.withNodes(
            CONFIG, IntStream.range(0, 9).mapToObj(i -> "n" + i).toArray(String[]::new));
    IntStream.range(0, 8).forEach(i -> many.silent("n" + i));
    many.until(60);
    many.restart();
    many.until(300);
    IntStream.range(0, 7).forEach(i -> many.beat("n" + i));
    many.until(600);
    assertThat(many.lines)
        .containsExactly(
            "5s ops FleetIsolated !FleetIsolated",
            "316s ops FleetIsolated -FleetIsolated",
            "317s ops NodeSilent/mainnet +n7");
  }

  @Test
  void flappingSurvivesARestart() {
    for (int i = 0; i < 4; i++) {
      script.chain("a", ChainState.FORKED);
      script.until(40 * i + 1);
      script.chain("a", ChainState.OK);
      script.until(40 * i + 39);
    }
    int before = script.lines.size();
    script.restart();
    script.until(900);
    script.chain("a", ChainState.FORKED);
    script.until(1000);
    assertThat(script.lines).hasSize(before);
    script.until(1900);
    assertThat(script.lines.subList(before, script.lines.size()))
        .containsExactly("1206s ops NodeForked/mainnet !a", "1816s ops NodeFlapping/mainnet -a");
  }

  @ParameterizedTest
  @EnumSource(names = {"FORKED", "STALLED", "BEHIND", "NO_HEAD", "AHEAD", "WRONG_NETWORK"})
  void anUnhealthyNodeDoesNotFlapHoweverOftenTheAggregatorRestarts(ChainState trouble) {
    script.chain("a", trouble);
    for (int i = 1; i <= 10; i++) {
      script.until(60 * i);
      script.restart();
    }
    script.until(700);
    assertThat(script.engine.alerts()).noneMatch(alert -> alert.rule() == AlertRule.NODE_FLAPPING);
    assertThat(script.store.get("flaps/a"))
        .extracting(Entry::body, STRING)
        .satisfies(body -> assertThat(AlertCodec.texts(body)).hasSize(1));
  }

  @Test
  void aNodeThatBecameUnhealthyDuringARestartChangedOnce() {
    for (int i = 1; i <= 3; i++) {
      script.restart();
      script.chain("a", ChainState.FORKED);
      script.until(100 * i - 50);
      script.chain("a", ChainState.OK);
      script.until(100 * i);
    }
    assertThat(script.lines).noneMatch(line -> line.contains("NodeFlapping"));
    script.restart();
    script.chain("a", ChainState.FORKED);
    script.until(400);
    assertThat(script.lines).anyMatch(line -> line.endsWith("NodeFlapping/mainnet +a"));
  }

  @Test
  void theAddressBeforeAChangeIsKnownAfterARestart() {
    script.node("a").miner = "f01";
    script.node("a").changed = true;
    script.until(9);
    script.node("a").miner = "f02";
    script.node("a").changed = true;
    script.until(100);
    script.restart();
    script.until(300);
    assertThat(script.lines).containsExactly("75s ops MinerAddressChanged/mainnet +a");
    script.until(700);
    assertThat(script.lines).hasSize(2);
    assertThat(script.store.keySet()).noneMatch(key -> key.startsWith("miner/"));
  }

  @Test
  void nothingIsStoredOfADeliveredResolution() {
    script.silent("a");
    script.until(60);
    assertThat(script.store.keySet()).anyMatch(key -> key.startsWith("alert/"));
    script.beat("a");
    script.until(4000);
    assertThat(script.store.values())
        .allMatch(each -> each.body() != null && each.body().contains("Watchdog"));
  }

  @Test
  void entriesOfOtherVersionsAreRestoredAsFarAsTheyAreReadable() {
    String alert =
        new JsonObject()
            .put("id", "0123456789abcdef")
            .put("rule", "NodeForked")
            .put("subject", "a")
            .put("status", "firing")
            .put("activeAt", "2026-01-05T11:00:00Z")
            .put("whatever", new JsonObject().put("later", 1))
            .encode();
    script.store.put("1", new Entry("alert", "0123456789abcdef", alert));
    script.store.put(
        "2", new Entry("alert", "x", "{\"rule\":\"NodeOfTomorrow\",\"status\":\"firing\"}"));
    script.store.put("3", new Entry("alert", "y", "no JSON"));
    script.store.put("4", new Entry("silence", "z", "{\"id\":\"z\"}"));
    script.store.put("5", new Entry("tomorrow", "t", "{}"));
    script.restart();
    assertThat(script.engine.dropped()).isEqualTo(Map.of("unreadable", 3L));
    assertThat(script.engine.alerts())
        .filteredOn(each -> each.rule() == AlertRule.NODE_FORKED)
        .singleElement()
        .satisfies(
            each -> {
              assertThat(each.id()).isEqualTo("0123456789abcdef");
              assertThat(each.summary()).isEqualTo("NodeForked");
              assertThat(each.startsAt()).isEqualTo(each.activeAt());
            });
    assertThat(script.engine.takeChanges())
        .filteredOn(each -> each.body() == null)
        .extracting(Entry::id)
        .contains("x", "y", "z")
        .doesNotContain("t");
  }

  @Test
  void aResolutionUndeliveredForADayIsDroppedAndCounted() {
    script.chain("a", ChainState.FORKED);
    script.until(4);
    script.failing.put(
        "ops", new DeliveryException(DeliveryException.Kind.UNREACHABLE, "no connection", null));
    script.until(20);
    script.chain("a", ChainState.OK);
    script.until(100);
    assertThat(script.engine.waiting("ops")).isEqualTo(1);
    script.now = script.now.plusSeconds(24 * 3600);
    script.run(1);
    assertThat(script.engine.waiting("ops")).isZero();
    assertThat(script.engine.dropped()).isEqualTo(Map.of("expired", 1L));
  }
}
