package fil.heartbeat.alert;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.alert.model.AlertRule;
import fil.heartbeat.alert.model.DeliveryException;
import fil.heartbeat.fleet.ChainState;
import fil.heartbeat.fleet.NetworkReport;
import fil.heartbeat.fleet.Standing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Peers that a named fleet does not name raise no alert, resolve none and suppress none. */
class StrangersTest {
  private static final String[] FLEET =
      IntStream.range(0, 12).mapToObj(i -> "lotus-" + i).toArray(String[]::new);

  private final AlertScript script =
      AlertScript.withNodes(AlertScript.config(AlertScript.sink("ops")), FLEET);

  private ScriptNode node(int number) {
    return Objects.requireNonNull(script.nodes.get(FLEET[number]));
  }

  private List<ScriptNode> strangers() {
    List<ScriptNode> strangers = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      ScriptNode stranger = script.add("stranger-" + i);
      stranger.standing = Standing.STRANGER;
      strangers.add(stranger);
    }
    return strangers;
  }

  @Test
  void strangersThatLeaveTogetherAreNoIsolationAndSuppressNothing() {
    List<ScriptNode> strangers = strangers();
    script.run(40);
    strangers.forEach(each -> each.disconnect(script.now));
    script.run(120);
    assertThat(script.lines).isEmpty();
    for (int i = 0; i < 3; i++) {
      node(i).disconnect(script.now);
    }
    script.run(180);
    assertThat(script.lines)
        .singleElement()
        .asString()
        .contains("NodeDisconnected", "+lotus-0", "+lotus-1", "+lotus-2")
        .doesNotContain("stranger");
  }

  /** Together they would be more than half of all. */
  @Test
  void strangersThatLeaveWithDeadNodesSuppressNothing() {
    String[] names = IntStream.range(0, 40).mapToObj(i -> "venus-" + i).toArray(String[]::new);
    AlertScript script = AlertScript.withNodes(AlertScript.config(AlertScript.sink("ops")), names);
    List<ScriptNode> strangers = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      ScriptNode stranger = script.add("stranger-" + i);
      stranger.standing = Standing.STRANGER;
      strangers.add(stranger);
    }
    script.run(40);
    strangers.forEach(each -> each.disconnect(script.now));
    for (int i = 0; i < 12; i++) {
      script.disconnect(names[i]);
    }
    script.run(120);
    assertThat(script.lines).singleElement().asString().contains("NodeDisconnected");
    assertThat(script.sent.get(0).news()).hasSize(12);
  }

  @Test
  void noStateOfAStrangerIsSent() {
    List<ScriptNode> strangers = strangers();
    Iterator<ScriptNode> next = strangers.iterator();
    for (ChainState chain : ChainState.values()) {
      ScriptNode stranger = next.next();
      stranger.conflicts = List.of("nickname lotus-0 is also claimed by lotus-0");
      stranger.chain(chain, script.now);
    }
    script.run(900);
    for (int i = 0; i < 10; i++) {
      strangers.forEach(each -> each.chain(ChainState.FORKED, script.now));
      script.run(60);
      strangers.forEach(each -> each.chain(ChainState.OK, script.now));
      script.run(60);
    }
    assertThat(script.lines).isEmpty();
  }

  private static AlertScript open() {
    return AlertScript.withNodes(
        AlertScript.config(AlertScript.sink("ops"))
            .withRules(all -> all.withMonitorAfter(Duration.ofMinutes(5))),
        FLEET);
  }

  /** In an open fleet every node votes, but a short-lived one is not monitored. */
  @Test
  void aShortLivedNodeOfAnOpenFleetRaisesNothing() {
    AlertScript script = open();
    beat(script, 300);
    for (int i = 0; i < 30; i++) {
      script.add("guest-" + i);
    }
    beat(script, 40);
    for (int i = 0; i < 30; i++) {
      script.disconnect("guest-" + i);
    }
    script.run(600);
    assertThat(script.lines).isEmpty();
    beat(script, 1);
    script.disconnect(FLEET[0]);
    script.run(200);
    assertThat(script.lines).singleElement().asString().contains("NodeDisconnected", "+lotus-0");
  }

  @Test
  void aNodeOfAnOpenFleetIsMonitoredOnceItBeatForLongEnough() {
    AlertScript script = open();
    beat(script, 279);
    script.chain(FLEET[0], ChainState.FORKED);
    assertThat(script.lines).isEmpty();
    beat(script, 30);
    assertThat(script.lines).singleElement().asString().contains("NodeForked", "lotus-0");
  }

  private static NetworkReport split(int... votes) {
    List<NetworkReport.Branch> sides =
        IntStream.of(votes)
            .mapToObj(each -> new NetworkReport.Branch(List.of(), each, List.of(), each, null))
            .toList();
    return AlertScript.report("mainnet", IntStream.of(votes).sum(), 0, 100L, null, false, sides);
  }

  /** With 12 voters of which 11 agree, 11 guests that agree with no other leave no majority. */
  @Test
  void guestsThatSplitTheVotesOfAnOpenFleetRaiseNoLostConsensus() {
    AlertScript script = open();
    beat(script, 310);
    for (int i = 0; i < 11; i++) {
      script.add("guest-" + i);
    }
    script.nodes.values().forEach(each -> each.voter = true);
    script.networks.put("mainnet", split(11, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1));
    beat(script, 200);
    assertThat(script.lines).isEmpty();
    script.networks.put("mainnet", split(6, 6, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1));
    beat(script, 100);
    assertThat(script.lines).singleElement().asString().contains("ConsensusLost");
  }

  @Test
  void aGuestWithTheNameOfANodeRaisesNothingInAnOpenFleet() {
    AlertScript script = open();
    beat(script, 310);
    ScriptNode named = Objects.requireNonNull(script.nodes.get(FLEET[0]));
    named.conflicts = List.of("nickname lotus-0 is also claimed by a guest");
    beat(script, 280);
    assertThat(script.lines).isEmpty();
    beat(script, 60);
    assertThat(script.lines).singleElement().asString().contains("IdentityConflict", "lotus-0");
  }

  @Test
  void aKeyInTwoPlacesIsSentAsSoonInAnOpenFleet() {
    AlertScript script = open();
    beat(script, 310);
    ScriptNode guest = script.add("guest");
    for (ScriptNode each : List.of(Objects.requireNonNull(script.nodes.get(FLEET[0])), guest)) {
      each.conflicts = List.of("beats from two places: A and B");
      each.twinSince = script.now;
      each.changed = true;
    }
    beat(script, 80);
    assertThat(script.lines).singleElement().asString().contains("IdentityConflict", "lotus-0");
  }

  @Test
  void aNetworkOfGuestsAloneIsNotStalled() {
    AlertScript script = open();
    beat(script, 310);
    ScriptNode guest = script.add("guest");
    guest.network = "elsewhere";
    script.blocks = false;
    script.networks.put(
        "elsewhere", AlertScript.report("elsewhere", 1, 1, 100L, script.now, false));
    for (int i = 0; i < 7; i++) {
      script.networks.put(
          "mainnet", AlertScript.report("mainnet", 12, 12, 101L + i, script.now, false));
      beat(script, 40);
    }
    assertThat(script.lines).isEmpty();
    beat(script, 40);
    assertThat(script.lines).singleElement().asString().contains("NetworkStalled/elsewhere");
  }

  private static void beat(AlertScript script, int seconds) {
    for (int i = 0; i < seconds; i++) {
      script.nodes.values().stream()
          .filter(node -> node.connected)
          .forEach(node -> node.beat(script.now));
      script.run(1);
    }
  }

  @Test
  void strangersAreAtMostOneMessageAnHour() {
    script.config(
        script
            .config()
            .withRules(
                all -> all.withRule(AlertRule.UNKNOWN_NODES, rule -> rule.withEnabled(true))));
    List<ScriptNode> strangers = strangers();
    script.run(90);
    assertThat(script.lines).singleElement().asString().endsWith(" ops UnknownNodes +UnknownNodes");
    assertThat(script.sent.get(0).alerts().get(0).summary())
        .isEqualTo("30 nodes beat that the configuration does not name");
    for (int i = 0; i < 20; i++) {
      strangers.forEach(each -> each.disconnect(script.now));
      script.run(120);
      strangers.forEach(each -> each.beat(script.now));
      script.run(120);
    }
    // 4 800 s later: the first, and one within each hour since.
    assertThat(script.lines).hasSize(2);
  }

  /** Each sink has its own hour, from its own last notification. */
  @Test
  void aSinkThatWasDownGetsTheStrangersOnceItIsBack() {
    script.config(
        script
            .config()
            .withRules(all -> all.withRule(AlertRule.UNKNOWN_NODES, rule -> rule.withEnabled(true)))
            .withDelivery(
                to -> to.withSinks(List.of(AlertScript.sink("ops"), AlertScript.sink("away")))));
    script.failing.put(
        "away", new DeliveryException(DeliveryException.Kind.UNREACHABLE, "no connection", null));
    List<ScriptNode> strangers = strangers();
    script.run(1_200);
    assertThat(script.lines).singleElement().asString().contains(" ops UnknownNodes");
    script.failing.clear();
    script.run(400);
    assertThat(script.lines).hasSize(2).last().asString().contains(" away UnknownNodes");
    for (int i = 0; i < 5; i++) {
      strangers.forEach(each -> each.disconnect(script.now));
      script.run(120);
      strangers.forEach(each -> each.beat(script.now));
      script.run(120);
    }
    assertThat(script.lines).hasSize(2);
  }

  @Test
  void aNodeNoLongerNamedEndsItsAlerts() {
    ScriptNode gone = node(0);
    gone.chain(ChainState.FORKED, script.now);
    script.run(60);
    gone.standing = Standing.STRANGER;
    gone.changed = true;
    script.run(60);
    assertThat(script.lines).hasSize(2);
    assertThat(script.lines.get(0)).contains("NodeForked", "lotus-0");
    assertThat(script.lines.get(1)).contains("NodeForked", "-lotus-0");
  }
}
