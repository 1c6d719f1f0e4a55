package fil.heartbeat.alert;

import static fil.heartbeat.alert.AlertScript.sink;
import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.alert.model.Alert;
import fil.heartbeat.alert.model.AlertRule;
import fil.heartbeat.alert.model.AlertStatus;
import fil.heartbeat.alert.model.Severity;
import fil.heartbeat.config.AlertsConfig;
import fil.heartbeat.fleet.ChainState;
import fil.heartbeat.fleet.Finality;
import fil.heartbeat.fleet.Findings;
import fil.heartbeat.history.ResolvedRow;
import fil.heartbeat.wire.Extras;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules about optional members: what fires when, and what never does. */
class ExtendedRulesTest {
  private static final AlertsConfig CONFIG =
      AlertScript.config(sink("ops"))
          .withRules(
              all ->
                  all.withRule(
                      AlertRule.VERSION_SPREAD, rule -> rule.withHold(Duration.ofHours(1))));

  private final AlertScript script = well(CONFIG);

  private static AlertScript well(AlertsConfig config) {
    AlertScript script = AlertScript.withNodes(config, "a", "b");
    script.clocked = true;
    Problem.well(script);
    script.run(15);
    script.start();
    return script;
  }

  private static int hold(Problem problem) {
    return problem == Problem.VERSION_SPREAD ? 3_600 : problem.hold;
  }

  @Test
  void aFleetThatIsWellRaisesNothing() {
    script.run(7_200);
    assertThat(script.engine.alerts()).extracting(Alert::rule).containsExactly(AlertRule.WATCHDOG);
  }

  @ParameterizedTest
  @EnumSource
  void eachFiresAtItsTimeAndResolvesWithWords(Problem problem) {
    problem.begin(script);
    script.run(Math.max(0, hold(problem) - 12));
    assertThat(script.fires(problem.rule)).isFalse();
    script.run(25);
    assertThat(script.alert(problem.rule))
        .hasValueSatisfying(
            each -> {
              assertThat(each.status()).isEqualTo(AlertStatus.FIRING);
              assertThat(each.summary()).startsWith(problem.summary);
              assertThat(each.detail()).isNotEmpty();
            });
    assertThat(script.engine.alerts())
        .filteredOn(each -> each.rule().isOfOptionalMember())
        .hasSize(1);
    problem.end(script);
    script.run(15);
    assertThat(script.alert(problem.rule)).isEmpty();
    assertThat(script.ended).extracting(ResolvedRow::rule).contains(problem.rule.label());
  }

  @ParameterizedTest
  @EnumSource
  void aClockThatIsSetNeitherFiresNorEnds(Problem problem) {
    problem.begin(script);
    if (hold(problem) > 30) {
      script.run(hold(problem) / 2);
      script.step(Duration.ofHours(9));
      script.run(hold(problem) / 2 - 15);
      assertThat(script.fires(problem.rule)).isFalse();
    }
    script.run(40);
    assertThat(script.fires(problem.rule)).isTrue();
    for (int hours : new int[] {9, -30}) {
      script.step(Duration.ofHours(hours));
      script.run(60);
      assertThat(script.fires(problem.rule)).isTrue();
    }
    if (problem == Problem.NODE_RESTARTING) {
      // Restarts count for six hours, whatever the clock says.
      script.run(21_300);
      assertThat(script.fires(problem.rule)).isTrue();
      script.run(400);
    } else {
      problem.end(script);
      script.run(3);
      script.step(Duration.ofHours(9));
      script.run(2);
      assertThat(script.fires(problem.rule)).isTrue();
      script.run(20);
    }
    assertThat(script.alert(problem.rule)).isEmpty();
  }

  /** What was spent counts for a day, whatever the clock says. */
  @ParameterizedTest
  @ValueSource(ints = {30, -30})
  void aClockThatIsSetChangesNoBurn(int hours) {
    Problem.tell(
        script, "b", all -> all.balances(List.of(Problem.balance("f07", "worker", "100"))));
    script.run(3_600);
    Problem.tell(script, "b", all -> all.balances(List.of(Problem.balance("f07", "worker", "70"))));
    script.run(620);
    assertThat(script.fires(AlertRule.BALANCE_LOW)).isTrue();
    script.step(Duration.ofHours(hours));
    script.run(85_000);
    assertThat(script.fires(AlertRule.BALANCE_LOW)).isTrue();
    script.run(1_200);
    assertThat(script.alert(AlertRule.BALANCE_LOW)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void anAlertOutlivesARestart(Problem problem) {
    problem.begin(script);
    script.run(hold(problem) + 20);
    String id = script.alert(problem.rule).orElseThrow().id();
    script.restart();
    script.run(120);
    assertThat(script.alert(problem.rule)).map(Alert::id).hasValue(id);
    assertThat(script.ended).isEmpty();
  }

  /** The history is lost: nobody knows any more that its finality was ever fast, until it is. */
  @Test
  void finalityThatStandsOverARestartIsToldUntilItGoesOn() {
    Problem.FINALITY_LAG.begin(script);
    script.run(620);
    script.restart();
    Problem.report(script, new Finality(2, 240L, 90L, false, null), List.of());
    script.run(7_200);
    assertThat(script.fires(AlertRule.FINALITY_LAG)).isTrue();
    Problem.FINALITY_LAG.end(script);
    script.run(30);
    assertThat(script.alert(AlertRule.FINALITY_LAG)).isEmpty();
    assertThat(script.ended).extracting(ResolvedRow::rule).containsExactly("FinalityLag");
  }

  @ParameterizedTest
  @EnumSource
  void whatIsNotReportedForAnHourEnds(Problem problem) {
    problem.begin(script);
    script.run(hold(problem) + 20);
    if (problem == Problem.POST_AT_RISK) {
      script.chain("a", ChainState.OK);
    }
    for (ScriptNode each : script.nodes.values()) {
      each.extras = Extras.NONE;
      each.findings = Findings.NONE;
      each.changed = true;
    }
    Problem.report(script, Finality.NONE, List.of());
    script.run(3_500);
    assertThat(script.fires(problem.rule)).isTrue();
    script.run(120);
    assertThat(script.alert(problem.rule)).isEmpty();
    assertThat(script.ended)
        .filteredOn(each -> each.rule().equals(problem.rule.label()))
        .singleElement()
        .satisfies(each -> assertThat(each.body()).contains("Not reported for an hour"));
  }

  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = {"FINALITY_LAG", "FINALITY_CONFLICT", "VERSION_SPREAD"})
  void anAlertOfANodeThatIsGoneStays(Problem problem) {
    problem.begin(script);
    script.run(hold(problem) + 20);
    script.disconnect("a");
    script.run(100);
    script.node("a").extras = Extras.NONE;
    script.node("a").findings = Findings.NONE;
    script.node("a").changed = true;
    script.run(8_000);
    assertThat(script.fires(problem.rule)).isTrue();
    String reason = script.alert(problem.rule).orElseThrow().suppressedBy();
    boolean muted = problem.rule.subject() == AlertRule.Subject.NODE;
    assertThat(reason).isEqualTo(muted ? "NodeDisconnected" : null);
  }

  @ParameterizedTest
  @CsvSource({"NODE_FINALITY_LAG", "UPGRADE_NOT_READY", "NODE_ISOLATED", "BALANCE_LOW"})
  void aNodeWithoutAHeadHasOneAlert(Problem problem) {
    problem.begin(script);
    script.run(hold(problem) + 20);
    script.chain("a", ChainState.NO_HEAD);
    script.run(100);
    assertThat(script.alert(problem.rule)).map(Alert::suppressedBy).hasValue("NodeNoHead");
  }

  @Test
  void theLagOfTheNetworkExplainsThatOfItsNodes() {
    Problem.NODE_FINALITY_LAG.begin(script);
    script.run(620);
    Problem.FINALITY_LAG.begin(script);
    script.run(620);
    assertThat(script.alert(AlertRule.NODE_FINALITY_LAG))
        .map(Alert::suppressedBy)
        .hasValue("FinalityLag");
  }

  @Test
  void finalityThatStandsForTwoHoursIsCritical() {
    Problem.FINALITY_LAG.begin(script);
    script.run(7_150);
    assertThat(script.alert(AlertRule.FINALITY_LAG))
        .map(Alert::severity)
        .hasValue(Severity.WARNING);
    script.run(100);
    assertThat(script.alert(AlertRule.FINALITY_LAG))
        .map(Alert::severity)
        .hasValue(Severity.CRITICAL);
  }

  @Test
  void aNetworkThatNeverHadFastFinalityRaisesNothing() {
    Problem.report(script, new Finality(2, 900L, 90L, false, null), List.of());
    script.run(1_000);
    assertThat(script.alert(AlertRule.FINALITY_LAG)).isEmpty();
  }

  /** The node does not know an upgrade in so many hours that two others know. */
  private void findsMissing(int hours) {
    Instant at = script.now.plus(Duration.ofHours(hours));
    Findings.Missing missing = new Findings.Missing("FireHorse", 9, at, 2, false);
    Problem.find(script, new Findings(4L, 0L, missing, Findings.Compared.YES));
  }

  @Test
  void anUpgradeIsCriticalADayBefore() {
    findsMissing(25);
    script.run(3_500);
    assertThat(script.alert(AlertRule.UPGRADE_NOT_READY))
        .map(Alert::severity)
        .hasValue(Severity.WARNING);
    script.run(200);
    assertThat(script.alert(AlertRule.UPGRADE_NOT_READY))
        .hasValueSatisfying(
            each -> {
              assertThat(each.severity()).isEqualTo(Severity.CRITICAL);
              assertThat(each.summary()).containsPattern("23 h 5[89] min from now");
            });
    script.disconnect("a");
    script.run(200);
    assertThat(script.alert(AlertRule.UPGRADE_NOT_READY))
        .map(Alert::severity)
        .hasValue(Severity.CRITICAL);
  }

  @Test
  void anUpgradeIsMissingUntilOthersCanSayThatItIsNot() {
    findsMissing(90);
    script.run(700);
    // The two that know it are restarted: no one is left to compare with.
    Problem.find(script, new Findings(4L, null, null, Findings.Compared.NO));
    script.run(700);
    assertThat(script.fires(AlertRule.UPGRADE_NOT_READY)).isTrue();
    Problem.find(script, new Findings(4L, 0L, null, Findings.Compared.YES));
    script.run(700);
    assertThat(script.fires(AlertRule.UPGRADE_NOT_READY)).isFalse();
  }

  private void missesAnUpgrade() {
    findsMissing(90);
    script.run(700);
    assertThat(script.fires(AlertRule.UPGRADE_NOT_READY)).isTrue();
  }

  /** The two others that knew it are of the fleet no more. */
  @Test
  void aMissingUpgradeEndsWhenTooFewAreLeftToCompareWith() {
    missesAnUpgrade();
    Problem.find(script, new Findings(4L, null, null, Findings.Compared.TOO_FEW));
    script.run(3_500);
    assertThat(script.fires(AlertRule.UPGRADE_NOT_READY)).isTrue();
    script.run(120);
    assertThat(script.alert(AlertRule.UPGRADE_NOT_READY)).isEmpty();
    assertThat(script.ended)
        .singleElement()
        .satisfies(each -> assertThat(each.body()).contains("Not reported for an hour"));
  }

  @Test
  void aMissingUpgradeEndsAtOnceWhenTheFewThatAreLeftAgree() {
    missesAnUpgrade();
    Problem.find(script, new Findings(4L, null, null, Findings.Compared.TOO_FEW_AGREE));
    script.run(15);
    assertThat(script.alert(AlertRule.UPGRADE_NOT_READY)).isEmpty();
  }

  @Test
  void aNodeThatDidNotFollowAnUpgradeIsCritical() {
    Problem.find(
        script,
        new Findings(
            4L, 0L, new Findings.Missing("FireHorse", 9, null, 2, true), Findings.Compared.YES));
    script.run(700);
    assertThat(script.alert(AlertRule.UPGRADE_NOT_READY))
        .map(Alert::severity)
        .hasValue(Severity.CRITICAL);
  }

  @ParameterizedTest
  @CsvSource({"3, 700, true", "4, 700, false", "0, 700, true", "0, 60, false"})
  void fewPeersAreTold(int peers, int startedBefore, boolean fires) {
    Instant started = script.now.minusSeconds(startedBefore);
    Problem.tell(script, "b", all -> all.peers(peers).startTime(started));
    script.run(400);
    assertThat(script.fires(AlertRule.NODE_ISOLATED)).isEqualTo(fires);
    script.run(700);
    assertThat(script.fires(AlertRule.NODE_ISOLATED)).isEqualTo(peers <= 3);
  }

  @ParameterizedTest
  @CsvSource({
    "worker, 4.9, warning",
    "control, 4.9, warning",
    "worker, 5, ",
    "worker, 0, critical",
    "owner, 0, ",
    "miner, 0, ",
    "other, 0, "
  })
  void aBalanceBelowTheLimitOfItsRoleIsTold(String role, String fil, String severity) {
    Problem.tell(script, "b", all -> all.balances(List.of(Problem.balance("f07", role, fil))));
    script.run(620);
    assertThat(script.alert(AlertRule.BALANCE_LOW).map(each -> each.severity().label()))
        .isEqualTo(Optional.ofNullable(severity));
  }

  /** 100 FIL, less each hour; a rise of 10 at noon is no negative burn. */
  @Test
  void aBalanceThatLastsLessThanThreeDaysIsTold() {
    double fil = 100;
    for (int hour = 0; hour < 24; hour++) {
      fil -= 1;
      fil += hour == 12 ? 10 : 0;
      String now = String.valueOf(fil);
      Problem.tell(
          script, "b", all -> all.balances(List.of(Problem.balance("f07", "worker", now))));
      script.run(3_600);
      assertThat(script.alert(AlertRule.BALANCE_LOW)).isEmpty();
    }
    Problem.tell(script, "b", all -> all.balances(List.of(Problem.balance("f07", "worker", "65"))));
    script.run(620);
    assertThat(script.alert(AlertRule.BALANCE_LOW))
        .hasValueSatisfying(
            each -> {
              assertThat(each.severity()).isEqualTo(Severity.WARNING);
              assertThat(each.summary())
                  .isEqualTo(
                      "b: worker f07 has 65 FIL, enough for 1 d 12 h at the 43 FIL of the last"
                          + " 24 h");
            });
    Problem.tell(script, "b", all -> all.balances(List.of(Problem.balance("f07", "worker", "30"))));
    script.run(30);
    assertThat(script.alert(AlertRule.BALANCE_LOW))
        .map(Alert::severity)
        .hasValue(Severity.CRITICAL);
    Problem.tell(
        script, "b", all -> all.balances(List.of(Problem.balance("f07", "worker", "900"))));
    script.run(30);
    assertThat(script.alert(AlertRule.BALANCE_LOW)).isEmpty();
  }

  @Test
  void limitsAreThoseOfTheConfiguration() {
    AlertsConfig other =
        CONFIG.withRules(all -> all.withLimits(new AlertsConfig.Limits(50, 0, Map.of("owner", 1))));
    AlertScript own = well(other);
    own.run(620);
    assertThat(own.engine.alerts())
        .extracting(Alert::rule)
        .contains(AlertRule.NODE_ISOLATED, AlertRule.BALANCE_LOW);
  }

  @Test
  void messagesThatMoveAreNotStuck() {
    for (int i = 0; i < 20; i++) {
      int nonce = i;
      Problem.tell(script, "a", all -> all.pendingMessages(List.of(Problem.pending(5, nonce))));
      script.run(600);
    }
    assertThat(script.ended).isEmpty();
    assertThat(script.alert(AlertRule.MESSAGES_STUCK)).isEmpty();
    script.run(1_300);
    assertThat(script.alert(AlertRule.MESSAGES_STUCK))
        .hasValueSatisfying(
            each -> assertThat(each.detail()).contains("stays at 19", "base fee is 100 attoFIL"));
  }

  /** The node does not answer, and each beat repeats what it said before. */
  @Test
  void anOldAnswerRepeatedIsNoNonceThatStandsStill() {
    Problem.tell(script, "a", all -> all.pendingMessages(List.of(Problem.pending(2, 4_211))));
    script.node("a").answers = false;
    script.run(4_000);
    assertThat(script.alert(AlertRule.MESSAGES_STUCK)).isEmpty();
    Problem.tell(script, "a", all -> all.pendingMessages(List.of(Problem.pending(2, 4_300))));
    script.node("a").answers = true;
    script.run(1_700);
    assertThat(script.alert(AlertRule.MESSAGES_STUCK)).isEmpty();
    script.run(200);
    assertThat(script.fires(AlertRule.MESSAGES_STUCK)).isTrue();
  }

  /** Nor is it known to move: what fires lasts for the hour that any alert waits for its value. */
  @ParameterizedTest
  @CsvSource({"MESSAGES_STUCK", "BALANCE_LOW"})
  void anAlertLastsAnHourLongerThanItsAnswers(Problem problem) {
    problem.begin(script);
    script.run(hold(problem) + 20);
    script.node("a").answers = false;
    script.run(3_900);
    assertThat(script.fires(problem.rule)).isTrue();
    script.run(1_500);
    assertThat(script.alert(problem.rule)).isEmpty();
  }

  @Test
  void anOldBalanceIsNotTold() {
    script.node("a").answers = false;
    script.run(1_300);
    script.node("a").extras =
        script.node("a").extras.toBuilder()
            .balances(List.of(Problem.balance("f0502", "worker", "1")))
            .build();
    script.run(3_000);
    assertThat(script.alert(AlertRule.BALANCE_LOW)).isEmpty();
  }

  /** Its copy of the chain stands still, and so do all nonces: another rule's matter. */
  @Test
  void messagesOfANodeThatIsBehindAreNotJudged() {
    script.chain("a", ChainState.STALLED);
    Problem.MESSAGES_STUCK.begin(script);
    script.run(3_000);
    assertThat(script.alert(AlertRule.MESSAGES_STUCK)).isEmpty();
  }

  @Test
  void aTextFollowsWhatIsReportedWithoutANotification() {
    Problem.NODE_ISOLATED.begin(script);
    script.run(400);
    int sent = script.sent.size();
    Problem.tell(script, "a", all -> all.peers(0));
    script.run(61);
    assertThat(script.alert(AlertRule.NODE_ISOLATED))
        .map(Alert::summary)
        .hasValue("a has no peers");
    script.restart();
    script.run(61);
    assertThat(script.alert(AlertRule.NODE_ISOLATED))
        .map(Alert::summary)
        .hasValue("a has no peers");
    assertThat(script.sent).hasSize(sent);
  }

  /** The time left is one of minutes. */
  @Test
  void aTextDoesNotChangeEachSecond() {
    Instant at = script.now.plus(Duration.ofMinutes(30));
    Problem.find(
        script,
        new Findings(
            4L, 0L, new Findings.Missing("FireHorse", 9, at, 2, false), Findings.Compared.YES));
    script.run(700);
    Set<String> texts = new HashSet<>();
    for (int second = 0; second < 300; second++) {
      script.run(1);
      texts.add(script.alert(AlertRule.UPGRADE_NOT_READY).orElseThrow().summary());
    }
    assertThat(texts.size()).isBetween(4, 6);
  }

  @Test
  void twoRestartsAreNone() {
    for (int i = 0; i < 2; i++) {
      Instant start = script.now;
      Problem.tell(script, "a", all -> all.startTime(start));
      script.run(600);
    }
    assertThat(script.alert(AlertRule.NODE_RESTARTING)).isEmpty();
  }

  @Test
  void aMissedDeadlineNamesMinerNodeAndTime() {
    script.node("a").miner = "f01000";
    Problem.POST_AT_RISK.begin(script);
    script.run(90);
    assertThat(script.alert(AlertRule.POST_AT_RISK))
        .hasValueSatisfying(
            each -> {
              assertThat(each.severity()).isEqualTo(Severity.CRITICAL);
              assertThat(each.summary())
                  .matches(
                      "f01000 must prove deadline 12 \\(1 of 3 partitions\\) by \\d\\d:\\d\\d UTC;"
                          + " its only node a is 7 epochs late");
              assertThat(each.labels()).containsEntry("miner", "f01000");
              assertThat(each.peerId()).isNull();
            });
  }

  /** Another chain node of the miner is well: it can prove through that one. */
  @Test
  void oneNodeThatIsWellIsEnough() {
    script.node("b").miner = "f01000";
    script.node("b").changed = true;
    Problem.POST_AT_RISK.begin(script);
    script.run(300);
    assertThat(script.alert(AlertRule.POST_AT_RISK)).isEmpty();
    script.chain("b", ChainState.FORKED);
    script.run(90);
    assertThat(script.alert(AlertRule.POST_AT_RISK))
        .hasValueSatisfying(
            each ->
                assertThat(each.summary())
                    .contains("none of its 2 nodes is well", "b is on another chain"));
  }

  @ParameterizedTest
  @CsvSource({"15, 1, true", "19, 1, false", "15, 0, false"})
  void theLastEpochsOfADeadlineAreTold(int left, int unproven, boolean fires) {
    Problem.tell(
        script, "a", all -> all.proving(List.of(Problem.proving(script, left, unproven, 0))));
    script.run(70);
    assertThat(script.fires(AlertRule.POST_AT_RISK)).isEqualTo(fires);
  }

  /** Deadline 12 was proven; the node is lost, and 13 comes. */
  @Test
  void theNextDeadlineOfALostNodeIsWorkedOut() {
    Problem.tell(script, "a", all -> all.proving(List.of(Problem.proving(script, 20, 0, 0))));
    script.run(5);
    script.disconnect("a");
    script.run(300);
    assertThat(script.alert(AlertRule.POST_AT_RISK)).isEmpty();
    script.run(500);
    assertThat(script.alert(AlertRule.POST_AT_RISK))
        .hasValueSatisfying(
            each -> {
              assertThat(each.summary())
                  .startsWith("f01000 may have to prove deadline 13 (partitions not known)")
                  .endsWith("its only node a is disconnected");
              assertThat(each.suppressedBy()).isNull();
            });
  }

  /** A rise is told until the next proving period is compared with this one. */
  @Test
  void faultsAreComparedWithTheLastPeriod() {
    Problem.SECTOR_FAULTS.begin(script);
    script.run(700);
    assertThat(script.fires(AlertRule.SECTOR_FAULTS)).isTrue();
    long close = script.height() + 2_880;
    Problem.tell(
        script,
        "a",
        all ->
            all.proving(
                List.of(new Extras.Proving("f01000", 12, close - 60, close, 3, 0, 12L, 0, 0))));
    script.run(30);
    assertThat(script.alert(AlertRule.SECTOR_FAULTS)).isEmpty();
  }

  @Test
  void anAlertOfAMinerWithoutNodesEnds() {
    Problem.POST_AT_RISK.begin(script);
    script.run(90);
    script.forget("a");
    script.run(3_700);
    assertThat(script.alert(AlertRule.POST_AT_RISK)).isEmpty();
  }
}
