package fil.heartbeat.alert;

import static fil.heartbeat.alert.AlertScript.sink;
import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.aggregator.Contact;
import fil.heartbeat.aggregator.Node;
import fil.heartbeat.alert.model.AlertRule;
import fil.heartbeat.fleet.ChainState;
import fil.heartbeat.fleet.Findings;
import fil.heartbeat.fleet.NetworkReport;
import fil.heartbeat.fleet.Standing;
import fil.heartbeat.wire.Extras;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A part of a round of rules that throws costs only itself, and the aggregator is degraded. */
class RuleFailureTest {
  private final AlertScript script =
      AlertScript.withNodes(AlertScript.config(sink("ops")), "a", "b", "c");

  /** What a defect makes of a node, and the part of the round that then throws. */
  private enum Defect {
    STATE("state", node -> with(node, absent(), node.contact(), node.extras(), node.findings())),
    RULE(
        "NodeDisconnected",
        node -> {
          Contact all = node.contact();
          Contact contact =
              new Contact(
                  absent(), all.uptime(), all.firstSeen(), all.lastBeat(), all.headSince(), 1);
          return with(node, node.standing(), contact, node.extras(), node.findings());
        }),
    MEMBERS(
        "members", node -> with(node, node.standing(), node.contact(), absent(), node.findings())),
    RULE_OF_MEMBERS(
        "NodeFinalityLag",
        node -> with(node, node.standing(), node.contact(), node.extras(), absent()));

    final String part;
    final UnaryOperator<Node> makes;

    Defect(String part, UnaryOperator<Node> makes) {
      this.part = part;
      this.makes = makes;
    }

    private static Node with(
        Node node, Standing standing, Contact contact, Extras extras, Findings findings) {
      return new Node(
          node.peerId(),
          node.expected(),
          standing,
          node.network(),
          node.claims(),
          node.conflicts(),
          node.verdict(),
          node.lastState(),
          contact,
          node.twinSince(),
          extras,
          findings);
    }
  }

  /** What must never be absent. */
  @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"})
  private static <T> T absent() {
    return null;
  }

  private void breaks(String name, UnaryOperator<Node> defect) {
    script.node(name).defect = defect;
    script.node(name).changed = true;
  }

  private boolean fires(AlertRule rule, String peerId) {
    return script.engine.alerts().stream()
        .anyMatch(
            each ->
                each.rule() == rule && peerId.equals(each.peerId()) && each.status().isFiring());
  }

  @ParameterizedTest
  @EnumSource
  void aNodeWhoseRulesFailMutesNoOther(Defect defect) {
    Problem.well(script);
    script.run(60);
    script.start();
    breaks("a", defect.makes);
    script.run(10);
    script.silent("b");
    script.chain("c", ChainState.NO_HEAD);
    script.until(90);
    assertThat(fires(AlertRule.NODE_SILENT, "b")).isTrue();
    assertThat(fires(AlertRule.NODE_NO_HEAD, "c")).isTrue();
    // Long after the change itself: what failed is judged again each second.
    assertThat(script.alert(AlertRule.AGGREGATOR_DEGRADED))
        .get()
        .satisfies(alert -> assertThat(alert.status().isFiring()).isTrue())
        .satisfies(
            alert ->
                assertThat(alert.detail())
                    .startsWith(
                        "alert rules have failed since 2026-01-05T12:01:20Z: "
                            + defect.part
                            + " of a"));
    assertThat(script.engine.degraded()).hasSize(1);
    breaks("a", UnaryOperator.identity());
    script.run(1);
    assertThat(script.engine.degraded()).isEmpty();
    script.run(180);
    assertThat(script.fires(AlertRule.AGGREGATOR_DEGRADED)).isFalse();
    assertThat(fires(AlertRule.NODE_SILENT, "b")).isTrue();
  }

  @Test
  void otherRulesOfTheNodeGoOn() {
    breaks("a", Defect.RULE.makes);
    script.chain("a", ChainState.NO_HEAD);
    script.until(60);
    assertThat(fires(AlertRule.NODE_NO_HEAD, "a")).isTrue();
  }

  @Test
  void anAlertWhoseRuleFailsNeitherEndsNorFiresAnew() {
    script.disconnect("a");
    script.until(120);
    assertThat(fires(AlertRule.NODE_DISCONNECTED, "a")).isTrue();
    script.start();
    breaks("a", Defect.RULE.makes);
    script.beat("a");
    script.until(600);
    assertThat(fires(AlertRule.NODE_DISCONNECTED, "a")).isTrue();
    breaks("a", UnaryOperator.identity());
    script.until(900);
    assertThat(script.lines.stream().filter(each -> !each.contains("Degraded")))
        .singleElement()
        .asString()
        .endsWith("NodeDisconnected/mainnet -a");
  }

  @Test
  void aNetworkWhoseRulesFailMutesNoOther() {
    NetworkReport well = Objects.requireNonNull(script.networks.get("mainnet"));
    script.networks.put(
        "aaa",
        new NetworkReport(
            "bafyaaa",
            "aaa",
            well.heights(),
            absent(),
            List.of(),
            false,
            well.clock(),
            well.extended()));
    script.networks.put("mainnet", AlertScript.report("mainnet", 9, 0, 100L, null, true));
    script.silent("a");
    script.until(120);
    assertThat(script.fires(AlertRule.FLEET_FORKED)).isTrue();
    assertThat(script.fires(AlertRule.CONSENSUS_LOST)).isTrue();
    assertThat(fires(AlertRule.NODE_SILENT, "a")).isTrue();
    assertThat(script.engine.degraded())
        .singleElement()
        .asString()
        .endsWith("proofs of aaa and 6 more");
    script.networks.remove("aaa");
    script.run(1);
    assertThat(script.engine.degraded()).isEmpty();
  }
}
