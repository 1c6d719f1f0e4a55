package fil.heartbeat.alert;

import static fil.heartbeat.alert.AlertScript.sink;
import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.alert.model.AlertRule;
import fil.heartbeat.config.AlertsConfig;
import fil.heartbeat.fleet.ChainState;
import fil.heartbeat.fleet.Standing;
import java.time.Duration;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Many nodes lost at once, and one node lost too often. */
class TogetherTest {
  private static final AlertsConfig CONFIG = AlertScript.config(sink("ops"));

  private static String[] names(int count) {
    return IntStream.range(0, count).mapToObj(i -> "n" + i).toArray(String[]::new);
  }

  @Test
  void theAggregatorsLostNetworkIsOneMessageAndItsEndIsOne() {
    AlertScript script = AlertScript.withNodes(CONFIG, names(100));
    for (int i = 0; i < 100; i++) {
      script.silent("n" + i);
      script.until(i / 10);
    }
    script.until(300);
    script.beat(names(100));
    script.until(900);
    assertThat(script.lines)
        .containsExactly(
            "10s ops FleetIsolated !FleetIsolated", "316s ops FleetIsolated -FleetIsolated");
  }

  @Test
  void lostConnectionsOfAllAreOneMessageToo() {
    AlertScript script = AlertScript.withNodes(CONFIG, names(9));
    script.disconnect(names(9));
    script.until(120);
    script.beat(names(9));
    script.until(600);
    assertThat(script.lines)
        .containsExactly(
            "35s ops FleetIsolated !FleetIsolated", "136s ops FleetIsolated -FleetIsolated");
  }

  @Test
  void nodesStillDownAfterTheIsolationAreSentThen() {
    AlertScript script = AlertScript.withNodes(CONFIG, names(10));
    script.silent(names(10));
    script.until(100);
    script.beat(names(7));
    script.until(300);
    assertThat(script.lines)
        .containsExactly(
            "5s ops FleetIsolated !FleetIsolated",
            "116s ops FleetIsolated -FleetIsolated",
            "117s ops NodeSilent/mainnet +n7 +n8 +n9");
  }

  /** Ten minutes are enough to see whether the fault was on this side. */
  @Test
  void nodesStillLostAfterTheLimitAreOneMessagePerRule() {
    AlertScript script = AlertScript.withNodes(CONFIG, names(12));
    script.disconnect(names(12));
    script.until(5_000);
    assertThat(script.lines)
        .containsExactly(
            "35s ops FleetIsolated !FleetIsolated",
            "635s ops NodeDisconnected/mainnet +n0 +n1 +n10 +n11 +n2 +n3 +n4 +n5 +n6 +n7 +n8 +n9");
  }

  @Test
  void theLimitIsConfigurable() {
    AlertScript script =
        AlertScript.withNodes(
            CONFIG.withRules(all -> all.withIsolationLimit(Duration.ofMinutes(2))), names(12));
    script.disconnect(names(12));
    script.until(300);
    assertThat(script.lines).hasSize(2).last().asString().startsWith("155s ops NodeDisconnected");
  }

  /** Twelve of twenty are lost and stay so: three others that come are enough. */
  @Test
  void theNumberOfBeatingNodesEndsAnIsolation() {
    AlertScript script = AlertScript.withNodes(CONFIG, names(20));
    script.disconnect(names(12));
    script.until(100);
    for (int i = 0; i < 3; i++) {
      script.add("new-" + i);
    }
    script.until(200);
    assertThat(script.lines)
        .hasSize(3)
        .startsWith(
            "35s ops FleetIsolated !FleetIsolated", "116s ops FleetIsolated -FleetIsolated");
    assertThat(script.lines.get(2)).contains("NodeDisconnected/mainnet +n0 +n1");
  }

  /** Of twenty twelve are lost, and ten of these are no longer part of the fleet. */
  @Test
  void anIsolationEndsWhenTheRemainingNodesBeat() {
    AlertScript script = AlertScript.withNodes(CONFIG, names(20));
    script.disconnect(names(12));
    script.until(100);
    for (String name : names(10)) {
      ScriptNode gone = Objects.requireNonNull(script.nodes.get(name));
      gone.standing = Standing.STRANGER;
      gone.changed = true;
    }
    script.until(200);
    assertThat(script.lines)
        .hasSize(3)
        .startsWith("35s ops FleetIsolated !FleetIsolated")
        .last()
        .asString()
        .contains("NodeDisconnected/mainnet +n10 +n11");
  }

  @Test
  void anInhibitingAlertCountsTheAlertsItSuppresses() {
    AlertScript script = AlertScript.withNodes(CONFIG, names(12));
    script.disconnect(names(12));
    script.until(100);
    assertThat(script.sent)
        .singleElement()
        .satisfies(
            told -> assertThat(told.alerts().get(0).detail()).endsWith(". Holds back 12 alerts"));
  }

  @Test
  void fiveOfNineAreAnIsolation() {
    AlertScript script = AlertScript.withNodes(CONFIG, names(9));
    script.silent(names(5));
    script.until(100);
    assertThat(script.lines).containsExactly("5s ops FleetIsolated !FleetIsolated");
  }

  @Test
  void fourOfEightAreNoIsolation() {
    AlertScript script = AlertScript.withNodes(CONFIG, names(8));
    script.silent(names(4));
    script.until(100);
    assertThat(script.lines).containsExactly("20s ops NodeSilent/mainnet +n0 +n1 +n2 +n3");
  }

  @Test
  void aSlowLeakIsNoIsolation() {
    AlertScript script = AlertScript.withNodes(CONFIG, names(10));
    for (int i = 0; i < 10; i++) {
      script.silent("n" + i);
      script.until(20 * i + 19);
    }
    script.until(400);
    assertThat(script.lines).hasSize(10).allMatch(line -> line.contains("NodeSilent"));
  }

  @Test
  void aNodeSentBeforeTheIsolationIsResolvedDuringIt() {
    AlertScript script = AlertScript.withNodes(CONFIG, names(12));
    script.silent("n11");
    script.until(40);
    script.silent(names(11));
    script.until(60);
    script.beat("n11");
    script.until(100);
    assertThat(script.lines)
        .containsExactly(
            "20s ops NodeSilent/mainnet +n11",
            "46s ops FleetIsolated !FleetIsolated",
            "76s ops NodeSilent/mainnet -n11");
  }

  @Test
  void withoutTheRuleEachNodeIsSent() {
    AlertScript script =
        AlertScript.withNodes(
            CONFIG.withRules(
                all -> all.withRule(AlertRule.FLEET_ISOLATED, rule -> rule.withEnabled(false))),
            names(9));
    script.silent(names(9));
    script.until(100);
    assertThat(script.lines)
        .containsExactly("20s ops NodeSilent/mainnet +n0 +n1 +n2 +n3 +n4 +n5 +n6 +n7 +n8");
  }

  /**
   * The fourth change to an unhealthy state in half an hour; it ends a quarter of an hour later.
   */
  @Test
  void aNodeThatChangesTooOftenFlapsUntilItIsCalm() {
    AlertScript script = AlertScript.withNodes(CONFIG, "a", "b");
    for (int i = 0; i < 6; i++) {
      script.silent("a");
      script.until(60 * i + 30);
      script.beat("a");
      script.until(60 * i + 59);
    }
    script.until(2400);
    assertThat(script.lines)
        .containsExactly(
            "20s ops NodeSilent/mainnet +a",
            "46s ops NodeSilent/mainnet -a",
            "80s ops NodeSilent/mainnet +a",
            "106s ops NodeSilent/mainnet -a",
            "140s ops NodeSilent/mainnet +a",
            "166s ops NodeSilent/mainnet -a",
            "185s ops NodeFlapping/mainnet +a",
            "1215s ops NodeFlapping/mainnet -a");
  }

  @Test
  void aLastingProblemIsSentAlthoughTheNodeFlaps() {
    AlertScript script = AlertScript.withNodes(CONFIG, "a", "b");
    for (int i = 0; i < 4; i++) {
      script.chain("a", ChainState.FORKED);
      script.until(40 * i + 1);
      script.chain("a", ChainState.OK);
      script.until(40 * i + 39);
    }
    script.chain("a", ChainState.FORKED);
    script.until(1200);
    assertThat(script.lines)
        .containsExactly(
            "5s ops NodeForked/mainnet !a",
            "17s ops NodeForked/mainnet -a",
            "45s ops NodeForked/mainnet !a",
            "57s ops NodeForked/mainnet -a",
            "85s ops NodeForked/mainnet !a",
            "97s ops NodeForked/mainnet -a",
            "125s ops NodeFlapping/mainnet +a",
            "465s ops NodeForked/mainnet !a",
            "1075s ops NodeFlapping/mainnet -a");
  }

  /**
   * A network path that loses a third of its packets: half a minute of silence each hour, all day.
   */
  @Test
  void aNodeOnABadPathIsOneMessageFromTheFourthTimeOn() {
    AlertsConfig slow = CONFIG.withRules(all -> all.withFlapping(AlertsConfig.Flapping.DEFAULT));
    AlertScript script = AlertScript.withNodes(slow, "a", "b");
    for (int hour = 0; hour < 24; hour++) {
      script.silent("a");
      script.until(3600 * hour + 30);
      script.beat("a");
      script.until(3600 * hour + 3599);
    }
    assertThat(script.lines)
        .containsExactly(
            "20s ops NodeSilent/mainnet +a",
            "46s ops NodeSilent/mainnet -a",
            "3620s ops NodeSilent/mainnet +a",
            "3646s ops NodeSilent/mainnet -a",
            "7220s ops NodeSilent/mainnet +a",
            "7246s ops NodeSilent/mainnet -a",
            "10805s ops NodeFlapping/mainnet +a");
  }

  @Test
  void aRecurringIsolationMakesNoNodeFlap() {
    AlertScript script = AlertScript.withNodes(CONFIG, names(9));
    for (int i = 0; i < 6; i++) {
      script.silent(names(8));
      script.until(120 * i + 30);
      script.silent("n8");
      script.until(120 * i + 60);
      script.beat(names(9));
      script.until(120 * i + 119);
    }
    script.until(900);
    assertThat(script.lines).hasSize(12).allMatch(line -> line.contains("FleetIsolated"));
  }
}
