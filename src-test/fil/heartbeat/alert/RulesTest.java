package fil.heartbeat.alert;

import static fil.heartbeat.alert.AlertScript.report;
import static fil.heartbeat.alert.AlertScript.sink;
import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.alert.model.Alert;
import fil.heartbeat.alert.model.AlertRule;
import fil.heartbeat.alert.model.AlertStatus;
import fil.heartbeat.alert.model.Selector;
import fil.heartbeat.alert.model.Severity;
import fil.heartbeat.alert.rule.NetworkRules;
import fil.heartbeat.config.AlertsConfig;
import fil.heartbeat.fleet.ChainState;
import fil.heartbeat.fleet.NetworkReport;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each rule of the table: what is sent, at which second, and when it is resolved. */
class RulesTest {
  private static final AlertsConfig CONFIG = AlertScript.config(sink("ops"));

  private final AlertScript script = AlertScript.withNodes(CONFIG, "a", "b");

  @Test
  void aHealthyFleetSendsNothing() {
    script.until(3600);
    assertThat(script.lines).isEmpty();
    assertThat(script.engine.alerts()).extracting(Alert::rule).containsExactly(AlertRule.WATCHDOG);
  }

  /** 15 s of silence and 5 s group wait; 10 s of beats and 5 s group wait. */
  @Test
  void aSilentNodeIsSentOnceAndResolvedOnce() {
    script.silent("a");
    script.until(60);
    script.beat("a");
    script.until(400);
    assertThat(script.lines)
        .containsExactly("20s ops NodeSilent/mainnet +a", "76s ops NodeSilent/mainnet -a");
    assertThat(script.ended)
        .singleElement()
        .satisfies(
            each -> {
              assertThat(each.rule()).isEqualTo("NodeSilent");
              assertThat(each.summary()).startsWith("a is silent: last beat at 2026-");
            });
  }

  @Test
  void anAlertFiresAtItsTimeAndNotASecondBefore() {
    script.silent("a");
    script.until(14);
    assertThat(alert(AlertRule.NODE_SILENT).status()).isEqualTo(AlertStatus.PENDING);
    script.until(15);
    assertThat(alert(AlertRule.NODE_SILENT).status()).isEqualTo(AlertStatus.FIRING);
  }

  @Test
  void aBeatFollowedByMoreSilenceDoesNotResolve() {
    script.silent("a");
    script.until(60);
    script.beat("a");
    script.until(68);
    script.silent("a");
    script.until(200);
    script.beat("a");
    script.until(300);
    assertThat(script.lines)
        .containsExactly("20s ops NodeSilent/mainnet +a", "216s ops NodeSilent/mainnet -a");
  }

  @Test
  void aShortSilenceIsNotSent() {
    script.silent("a");
    script.until(13);
    script.beat("a");
    script.until(400);
    assertThat(script.lines).isEmpty();
    assertThat(script.ended).isEmpty();
  }

  /** A dead host: its connection is given up later, which is no second alert. */
  @Test
  void silenceLastsUntilABeatAndInhibitsTheLossOfTheConnection() {
    script.silent("a");
    script.until(40);
    script.disconnect("a");
    script.until(600);
    script.beat("a");
    script.until(1000);
    assertThat(script.lines)
        .containsExactly("20s ops NodeSilent/mainnet +a", "616s ops NodeSilent/mainnet -a");
  }

  @Test
  void aLostConnectionIsSentAMinuteAfterTheLoss() {
    script.disconnect("a");
    script.until(120);
    script.beat("a");
    script.until(400);
    assertThat(script.lines)
        .containsExactly(
            "65s ops NodeDisconnected/mainnet +a", "136s ops NodeDisconnected/mainnet -a");
  }

  @Test
  void aRestartOfANodeIsNotSent() {
    script.disconnect("a");
    script.until(50);
    script.beat("a");
    script.until(400);
    assertThat(script.lines).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "NO_HEAD, NodeNoHead, 30, +",
    "STALLED, NodeStalled, 180, +",
    "AHEAD, NodeAhead, 180, +",
    "FORKED, NodeForked, 0, !",
    "WRONG_NETWORK, WrongNetwork, 60, +",
    "BEHIND, NodeBehind, 180, +"
  })
  void eachChainStateIsSentAfterItsHoldTime(
      ChainState chain, String rule, int seconds, String mark) {
    script.chain("a", chain);
    script.until(300);
    script.chain("a", ChainState.OK);
    script.until(900);
    assertThat(script.lines)
        .containsExactly(
            (seconds + 5) + "s ops " + rule + "/mainnet " + mark + "a",
            "316s ops " + rule + "/mainnet -a");
  }

  @Test
  void aNodeThatStaysBehindIsCriticalAfterTenMinutes() {
    script.chain("a", ChainState.BEHIND);
    script.until(700);
    script.chain("a", ChainState.OK);
    script.until(900);
    assertThat(script.lines)
        .containsExactly(
            "185s ops NodeBehind/mainnet +a",
            "605s ops NodeBehind/mainnet !a",
            "716s ops NodeBehind/mainnet -a");
    assertThat(script.sent.stream().map(each -> each.alerts().get(0).id()).distinct()).hasSize(1);
    assertThat(script.sent.get(1).alerts().get(0).labels()).containsEntry("severity", "critical");
  }

  @Test
  void aSyncingNodeIsNeverBehind() {
    script.chain("a", ChainState.SYNCING);
    script.until(3600);
    assertThat(script.lines).isEmpty();
  }

  @Test
  void slowIsSentOnlyWhenTheRuleIsOn() {
    script.chain("a", ChainState.SLOW);
    script.until(600);
    assertThat(script.lines).isEmpty();
    script.config(
        CONFIG.withRules(all -> all.withRule(AlertRule.NODE_SLOW, rule -> rule.withEnabled(true))));
    script.until(610);
    assertThat(script.lines).containsExactly("606s ops NodeSlow/mainnet +a");
  }

  /** Unknown neither starts nor resolves a firing alert. */
  @Test
  void aNodeThatIsBehindAndFallsSilentIsStillBehind() {
    script.chain("a", ChainState.BEHIND);
    script.until(200);
    script.silent("a");
    script.until(300);
    script.beat("a");
    script.until(500);
    script.chain("a", ChainState.OK);
    script.until(600);
    assertThat(script.lines)
        .containsExactly(
            "185s ops NodeBehind/mainnet +a",
            "221s ops NodeSilent/mainnet +a",
            "316s ops NodeSilent/mainnet -a",
            "516s ops NodeBehind/mainnet -a");
  }

  @Test
  void unknownDropsAPendingAlert() {
    script.chain("a", ChainState.BEHIND);
    script.until(100);
    script.chain("a", ChainState.UNKNOWN);
    script.until(101);
    script.chain("a", ChainState.BEHIND);
    script.until(280);
    assertThat(script.lines).isEmpty();
    script.until(300);
    assertThat(script.lines).containsExactly("287s ops NodeBehind/mainnet +a");
  }

  @Test
  void anExpectedNodeThatNeverCameIsMissing() {
    script.expect("x").network = null;
    script.until(400);
    script.node("x").network = "mainnet";
    script.beat("x");
    script.until(500);
    assertThat(script.lines)
        .containsExactly("305s ops ExpectedNodeMissing !x", "416s ops ExpectedNodeMissing -x");
  }

  @Test
  void oneKeyInTwoPlacesFiresSixtySecondsAfterTheSecondBegan() {
    script.until(30);
    // It was at 6 s; a group waits for 5 s.
    script.node("a").twinSince = script.now.minusSeconds(25);
    script.node("a").conflicts =
        List.of(
            "beats from two places: /ip4/192.0.2.1/tcp/1 and /ip4/192.0.2.2/tcp/2",
            "nickname x is also claimed by b");
    script.node("a").changed = true;
    script.until(100);
    assertThat(script.lines).containsExactly("71s ops IdentityConflict/mainnet +a");
    assertThat(script.engine.alerts())
        .filteredOn(each -> each.rule() == AlertRule.IDENTITY_CONFLICT)
        .singleElement()
        .returns("a beats from two places: its key is in use twice", Alert::summary)
        .returns(
            "beats from two places: /ip4/192.0.2.1/tcp/1 and /ip4/192.0.2.2/tcp/2; nickname x is"
                + " also claimed by b. Stop one of the two, and make it a key of its own (keygen)",
            Alert::detail);
  }

  @Test
  void twoNodesWithOneNameAreSentTogether() {
    script.node("a").conflicts = List.of("nickname x is also claimed by b");
    script.node("b").conflicts = List.of("nickname x is also claimed by a");
    script.node("a").changed = true;
    script.node("b").changed = true;
    script.until(100);
    assertThat(script.lines).containsExactly("65s ops IdentityConflict/mainnet +a +b");
  }

  @Test
  void aChangedMinerAddressIsSentAndIsKnownTenMinutesLater() {
    script.node("a").miner = "f01";
    script.node("a").changed = true;
    script.until(9);
    script.node("a").miner = "f02";
    script.node("a").changed = true;
    script.until(20);
    // The source of the address fails for a moment: it is unknown, so it did not change back.
    script.until(2000);
    assertThat(script.lines)
        .containsExactly(
            "75s ops MinerAddressChanged/mainnet +a", "685s ops MinerAddressChanged/mainnet -a");
    assertThat(script.sent.get(0).alerts().get(0).detail()).isEqualTo("f02 instead of f01");
    script.node("a").miner = null;
    script.node("a").changed = true;
    script.until(2100);
    script.node("a").miner = "f02";
    script.node("a").changed = true;
    script.until(2400);
    assertThat(script.lines).hasSize(2);
  }

  /** When its voters leave, nothing shows whether a node is back on the chain. */
  @Test
  void anUncomparableForkIsNotResolved() {
    script.chain("a", ChainState.FORKED);
    script.until(60);
    script.chain("a", ChainState.UNKNOWN);
    script.until(1_060);
    assertThat(script.lines).containsExactly("5s ops NodeForked/mainnet !a");
    script.chain("a", ChainState.OK);
    script.until(1_100);
    assertThat(script.lines).last().asString().contains("NodeForked/mainnet -a");
  }

  /** Unlike an isolated fleet, where several causes may look alike. */
  @Test
  void anInhibitionLastsAsLongAsItsCauseAndCountsItsAlerts() {
    script.networks.put("mainnet", report("mainnet", 3, 0, 100L, null, false));
    script.chain("a", ChainState.FORKED);
    script.chain("b", ChainState.FORKED);
    script.until(7_200);
    assertThat(script.lines).containsExactly("95s ops ConsensusLost/mainnet !ConsensusLost");
    assertThat(script.sent.get(0).alerts().get(0).detail()).endsWith(". Holds back 2 alerts");
  }

  @Test
  void aStalledNetworkInhibitsItsNodesWhileItLasts() {
    script.blocks = false;
    script.networks.put("mainnet", report("mainnet", 9, 9, 101L, script.now, false));
    script.chain("a", ChainState.BEHIND);
    script.until(7_200);
    assertThat(script.lines).containsExactly("185s ops NetworkStalled/mainnet !NetworkStalled");
    assertThat(script.sent.get(0).alerts().get(0).detail()).endsWith(". Holds back 1 alert");
  }

  @Test
  void aForkedFleetIsSentAtOnceInsteadOfItsNodes() {
    script.networks.put("mainnet", report("mainnet", 9, 9, 100L, null, true));
    script.chain("a", ChainState.FORKED);
    script.until(60);
    script.networks.put("mainnet", report("mainnet"));
    script.chain("a", ChainState.OK);
    script.until(120);
    assertThat(script.lines)
        .containsExactly(
            "5s ops FleetForked/mainnet !FleetForked", "76s ops FleetForked/mainnet -FleetForked");
  }

  @Test
  void lostConsensusIsSentAfterThreeEpochsInsteadOfForkedNodes() {
    script.networks.put("mainnet", report("mainnet", 3, 0, 100L, null, false));
    script.chain("a", ChainState.FORKED);
    script.chain("b", ChainState.FORKED);
    script.until(200);
    script.networks.put("mainnet", report("mainnet", 3, 2, 101L, null, false));
    script.chain("a", ChainState.OK);
    script.until(300);
    assertThat(script.lines)
        .containsExactly(
            "95s ops ConsensusLost/mainnet !ConsensusLost",
            "216s ops ConsensusLost/mainnet -ConsensusLost",
            "217s ops NodeForked/mainnet !b");
  }

  @Test
  void threeEpochsAreAsLongAsTheEpochsOfTheNetwork() {
    Instant next = script.now.plusSeconds(4);
    NetworkReport fast =
        new NetworkReport(
            "bafymainnet",
            "mainnet",
            new NetworkReport.Heights(100L, 100L, 98L, 2L),
            new NetworkReport.Votes(3, 0, 3, new NetworkReport.Basis("open", false)),
            List.of(),
            false,
            new NetworkReport.Clock(null, next.minusSeconds(12), next));
    assertThat(NetworkRules.consensusHold(Optional.empty(), fast)).hasSeconds(12);
    assertThat(NetworkRules.consensusHold(Optional.of(Duration.ofSeconds(7)), fast)).hasSeconds(7);
    // A configured value counts even if it equals the rule's default.
    assertThat(NetworkRules.consensusHold(Optional.of(AlertRule.CONSENSUS_LOST.hold()), fast))
        .hasSeconds(90);
  }

  @Test
  void twoVotersHaveNoConsensusToLose() {
    script.networks.put("mainnet", report("mainnet", 2, 0, 100L, null, false));
    script.until(600);
    assertThat(script.lines).isEmpty();
  }

  @Test
  void aStalledNetworkIsSentInsteadOfStalledNodes() {
    script.blocks = false;
    Instant block = script.now;
    script.networks.put("mainnet", report("mainnet", 9, 9, 101L, block, false));
    script.chain("a", ChainState.BEHIND);
    script.until(400);
    script.networks.put("mainnet", report("mainnet", 9, 9, 102L, script.now, false));
    script.until(500);
    assertThat(script.lines)
        .containsExactly(
            "185s ops NetworkStalled/mainnet !NetworkStalled",
            "416s ops NetworkStalled/mainnet -NetworkStalled",
            "417s ops NodeBehind/mainnet +a");
  }

  @Test
  void aNetworkWithoutBeatingNodesIsNotStalled() {
    script.blocks = false;
    script.networks.put("mainnet", report("mainnet", 0, 0, 101L, script.now, false));
    script.until(900);
    assertThat(script.lines).isEmpty();
  }

  @Test
  void aNetworkWithoutAClockStallsWhenItsHeightDoesNotRise() {
    script.blocks = false;
    script.networks.put("mainnet", report("mainnet", 9, 9, 101L, null, false));
    script.until(200);
    assertThat(script.lines).containsExactly("185s ops NetworkStalled/mainnet !NetworkStalled");
  }

  @Test
  void aFleetThatCatchesUpIsNoStalledNetwork() {
    script.blocks = false;
    Instant old = script.now.minusSeconds(3600);
    for (int i = 0; i < 60; i++) {
      script.networks.put(
          "mainnet", report("mainnet", 1, 1, 101L + i, old.plusSeconds(30L * i), false));
      script.until(10 * i);
    }
    assertThat(script.lines).isEmpty();
  }

  @Test
  void aDegradedAggregatorRaisesAnAlert() {
    script.degraded = List.of("the history cannot be written");
    script.until(100);
    script.degraded = List.of();
    script.until(200);
    assertThat(script.lines)
        .containsExactly(
            "65s ops AggregatorDegraded +AggregatorDegraded",
            "116s ops AggregatorDegraded -AggregatorDegraded");
  }

  /** Whenever the process started: the time in the certificate counts. */
  @Test
  void aCertificateIsSentFourteenDaysBeforeItExpires() {
    script.certificateExpires = Optional.of(script.now.plus(Duration.ofDays(14)).plusSeconds(100));
    script.until(300);
    assertThat(script.lines).containsExactly("165s ops CertificateExpires +CertificateExpires");
    assertThat(script.sent.get(0).alerts().get(0).summary())
        .isEqualTo("The certificate expires at " + script.certificateExpires.get());
    script.certificateExpires = Optional.of(script.now.plus(Duration.ofDays(90)));
    script.until(500);
    assertThat(script.lines).hasSize(2).last().asString().contains("-CertificateExpires");
  }

  @Test
  void anExpiredCertificateIsCritical() {
    script.certificateExpires = Optional.of(script.now.plusSeconds(100));
    script.until(300);
    assertThat(script.lines)
        .containsExactly(
            "5s ops CertificateExpires +CertificateExpires",
            "105s ops CertificateExpires !CertificateExpires");
    assertThat(script.sent.get(1).alerts().get(0).summary())
        .isEqualTo("The certificate expired at " + script.certificateExpires.get());
  }

  @Test
  void anUnansweringPeerAggregatorIsSent() {
    script.deadPeers = List.of("second");
    script.until(100);
    script.deadPeers = List.of();
    script.until(200);
    assertThat(script.lines)
        .containsExactly(
            "65s ops AggregatorDown !AggregatorDown", "116s ops AggregatorDown -AggregatorDown");
    assertThat(script.sent.get(0).alerts().get(0).labels()).containsEntry("aggregator", "second");
  }

  @Test
  void alertsOfAForgottenNodeEnd() {
    script.silent("a");
    script.until(60);
    script.forget("a");
    script.until(100);
    assertThat(script.lines)
        .containsExactly("20s ops NodeSilent/mainnet +a", "66s ops NodeSilent/mainnet -a");
  }

  /** Forgetting a node of the configuration makes it anew, before the rules hear of either. */
  @Test
  void aNodeForgottenAndBackWithinARoundIsStillMissed() {
    script.expect("d");
    script.until(700);
    assertThat(script.lines).last().asString().contains("NodeMissing").endsWith("!d");
    int before = script.lines.size();
    script.forget("d");
    script.expect("d");
    script.until(1_500);
    assertThat(script.lines).hasSize(before);
    script.beat("d");
    script.until(1_600);
    assertThat(script.lines).hasSize(before + 1).last().asString().endsWith("-d");
  }

  @Test
  void groupsAndRulesChangeWhichAlertsAreSent() {
    AlertsConfig.Group group =
        new AlertsConfig.Group(
            "important",
            new Selector(Map.of("nickname", List.of("a"))),
            Optional.of(Severity.CRITICAL),
            Map.of("team", "sp"),
            Map.of(
                AlertRule.NODE_SILENT,
                AlertsConfig.Rule.of(AlertRule.NODE_SILENT).withHold(Duration.ofSeconds(40))));
    script.config(CONFIG.withRules(all -> all.withGroups(List.of(group))));
    script.silent("a", "b");
    script.until(100);
    assertThat(script.lines)
        .containsExactly("20s ops NodeSilent/mainnet +b", "45s ops NodeSilent/mainnet !a =b");
    assertThat(script.sent.get(1).alerts())
        .filteredOn(alert -> "a".equals(alert.peerId()))
        .singleElement()
        .satisfies(alert -> assertThat(alert.labels()).containsEntry("team", "sp"));
  }

  @Test
  void aRuleForOtherNodesDoesNotApply() {
    script.config(
        CONFIG.withRules(
            all ->
                all.withRule(
                    AlertRule.NODE_SILENT,
                    rule -> rule.withSelect(new Selector(Map.of("peer_id", List.of("b*")))))));
    script.silent("a", "b");
    script.until(100);
    assertThat(script.lines).containsExactly("20s ops NodeSilent/mainnet +b");
  }

  private Alert alert(AlertRule rule) {
    return script.engine.alerts().stream()
        .filter(each -> each.rule() == rule)
        .findFirst()
        .orElseThrow();
  }
}
