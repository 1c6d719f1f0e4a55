package fil.heartbeat.alert;

import static fil.heartbeat.alert.AlertScript.sink;
import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.alert.model.Alert;
import fil.heartbeat.alert.model.AlertRule;
import fil.heartbeat.alert.model.AlertStatus;
import fil.heartbeat.fleet.ChainState;
import fil.heartbeat.history.ResolvedRow;
import fil.heartbeat.wire.Extras;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is reported of a miner's proofs, what is only assumed of them, and what is told of both. */
class MinersTest {
  private static final int EPOCH = 30;
  private static final int LENGTH = 60;
  private static final int PERIOD = 48 * LENGTH;

  private final AlertScript script = AlertScript.withNodes(AlertScript.config(sink("ops")), "a");

  MinersTest() {
    script.clocked = true;
    script.run(15);
    script.start();
  }

  private boolean fires() {
    return script.fires(AlertRule.POST_AT_RISK);
  }

  /** The deadlines of the miner begin at epoch 0; each has 60 epochs. */
  private long open() {
    return script.height() / LENGTH * LENGTH;
  }

  private int deadline() {
    return (int) (open() / LENGTH % 48);
  }

  /** The present deadline. */
  private Extras.Proving present(int partitions, int unproven, @Nullable Long faults, int age) {
    return new Extras.Proving(
        "f01000", deadline(), open(), open() + LENGTH, partitions, unproven, faults, 0, age);
  }

  private void tell(Extras.Proving... all) {
    Problem.tell(script, "a", extras -> extras.proving(List.of(all)));
  }

  /** Until this many epochs of the present deadline are left. */
  private void runUntilLeft(long epochs) {
    while (open() + LENGTH - script.height() != epochs) {
      script.run(1);
    }
  }

  /** The sender moves the deadline on by arithmetic: nothing of the new one is proven to it. */
  private void tellAssumed(int seconds) {
    long answered = script.now.getEpochSecond();
    for (int at = 0; at < seconds; at += EPOCH) {
      int age = (int) (script.now.getEpochSecond() - answered);
      tell(present(3, age < EPOCH ? 0 : 3, 0L, age));
      script.run(EPOCH);
      assertThat(fires()).as("after %s s", at).isFalse();
    }
  }

  @Test
  void aNodeThatDoesNotAnswerAboutProofsForTwoHoursRaisesNothing() {
    tellAssumed(7_200);
    assertThat(script.ended).extracting(ResolvedRow::summary).isEmpty();
  }

  /** The same with an answer of this deadline, but from its first minutes. */
  @Test
  void anAnswerThatIsOlderThanTwoOfItsPeriodsIsNoneOfTheLastEpochs() {
    runUntilLeft(58);
    tell(present(3, 3, 0L, 0));
    script.node("a").answers = false;
    runUntilLeft(1);
    assertThat(fires()).isFalse();
    assertThat(script.ended).extracting(ResolvedRow::summary).isEmpty();
  }

  @Test
  void anAnswerThatIsFreshFires() {
    runUntilLeft(20);
    tell(present(3, 1, 0L, 0));
    runUntilLeft(10);
    assertThat(fires()).isTrue();
  }

  /** An alert that rests on an answer lasts while the deadline does, and not over its end. */
  @Test
  void anAlertEndsWithItsDeadline() {
    runUntilLeft(14);
    tell(present(3, 1, 0L, 0));
    script.node("a").answers = false;
    runUntilLeft(1);
    assertThat(fires()).isTrue();
    runUntilLeft(59);
    script.run(60);
    assertThat(script.alert(AlertRule.POST_AT_RISK)).isEmpty();
  }

  /** Deadline by deadline the miner has two partitions, none, two, none. */
  @ParameterizedTest
  @CsvSource({"false", "true"})
  void theDeadlinesOfALostNodeAreThoseThatItReportedTheDayBefore(boolean assumes) {
    for (int epoch = 0; epoch < 6 * LENGTH; epoch += 10) {
      int partitions = 2 * (deadline() % 2);
      tell(present(partitions, 0, 0L, 0));
      if (assumes && epoch % 20 == 10) {
        // Not answered since before the deadline: the count is the one of the deadline before.
        tell(present(2 - partitions, 2 - partitions, 0L, 3 * LENGTH * EPOCH));
      }
      script.run(10 * EPOCH);
    }
    assertThat(script.ended).extracting(ResolvedRow::summary).isEmpty();
    // The day before: the rest of the period passes at once.
    script.now = script.now.plusSeconds((PERIOD - 5 * LENGTH) * EPOCH);
    runUntilLeft(30);
    tell(present(2 * (deadline() % 2), 0, 0L, 0));
    script.disconnect("a");
    script.run(200);
    for (int deadline = 0; deadline < 4; deadline++) {
      runUntilLeft(30);
      if (deadline > 0) {
        assertThat(fires()).isEqualTo(deadline() % 2 == 1);
      }
      if (fires()) {
        assertThat(script.alert(AlertRule.POST_AT_RISK).orElseThrow().summary())
            .contains("must prove deadline " + deadline() + " (2 of 2 partitions)");
      }
      script.run(EPOCH);
    }
  }

  /** Of a deadline that was never reported it is not known whether anything is to be proven. */
  @Test
  void anUnknownDeadlineOfALostNodeIsSaidToBeUnknown() {
    runUntilLeft(20);
    tell(present(3, 0, 0L, 0));
    script.disconnect("a");
    script.run(300);
    assertThat(script.alert(AlertRule.POST_AT_RISK)).isEmpty();
    script.run(500);
    assertThat(script.alert(AlertRule.POST_AT_RISK))
        .hasValueSatisfying(
            each ->
                assertThat(each.summary())
                    .startsWith("f01000 may have to prove deadline " + deadline() + " (")
                    .endsWith("its only node a is disconnected"));
  }

  /** The text follows the deadlines, within a minute and without another notification. */
  @Test
  void anAlertThatLastsOverADeadlineIsAboutTheNextOne() {
    runUntilLeft(30);
    tell(present(3, 1, 0L, 0));
    script.disconnect("a");
    script.run(200);
    String id = script.alert(AlertRule.POST_AT_RISK).orElseThrow().id();
    int sent = script.sent.size();
    for (int deadline = 1; deadline <= 2; deadline++) {
      runUntilLeft(58);
      Alert now = script.alert(AlertRule.POST_AT_RISK).orElseThrow();
      assertThat(now.id()).isEqualTo(id);
      assertThat(now.summary()).contains("prove deadline " + deadline() + " (");
      assertThat(now.detail())
          .contains(
              deadline == 1 ? " 1 deadline has passed, perhaps" : " 2 deadlines have passed, perh");
      script.run(30);
    }
    assertThat(script.sent).hasSize(sent);
  }

  /** The aggregator restarts while the node is gone: the text goes on with the deadlines. */
  @Test
  void whatALostNodeMustProveOutlivesARestart() {
    runUntilLeft(30);
    tell(present(3, 0, 0L, 0));
    script.disconnect("a");
    script.run(200);
    assertThat(script.alert(AlertRule.POST_AT_RISK)).isEmpty();
    script.restart();
    runUntilLeft(50);
    String id = script.alert(AlertRule.POST_AT_RISK).orElseThrow().id();
    script.restart();
    runUntilLeft(49);
    runUntilLeft(50);
    assertThat(script.alert(AlertRule.POST_AT_RISK))
        .hasValueSatisfying(
            each -> {
              assertThat(each.id()).isEqualTo(id);
              assertThat(each.summary())
                  .contains("may have to prove deadline " + deadline() + " (");
            });
    assertThat(script.ended).isEmpty();
    script.forget("a");
    script.run(4_000);
    assertThat(script.alert(AlertRule.POST_AT_RISK)).isEmpty();
    assertThat(script.store.keySet()).noneMatch(each -> each.startsWith("proofs/"));
  }

  /** Proofs are told again after some minutes: the faults from before are still compared. */
  @Test
  void faultsAreRememberedWhileProofsAreNotReported() {
    tell(present(3, 0, 0L, 0));
    script.run(60);
    tell();
    script.run(600);
    tell(present(3, 0, 12L, 0));
    script.run(650);
    assertThat(script.alert(AlertRule.SECTOR_FAULTS))
        .map(Alert::status)
        .hasValue(AlertStatus.FIRING);
  }

  @Test
  void aMinerWithoutAnyPartitionHasNothingToProve() {
    tell(present(0, 0, 0L, 0));
    script.disconnect("a");
    script.run(4_000);
    assertThat(script.alert(AlertRule.POST_AT_RISK)).isEmpty();
  }

  /** The proofs of a node that follows its chain count more than those of one that does not. */
  @Test
  void anAssumptionOfALateNodeAloneIsNone() {
    script.add("b");
    tell(present(3, 0, 0L, 0));
    Problem.tell(
        script, "b", extras -> extras.proving(List.of(present(3, 3, 0L, 2 * LENGTH * EPOCH))));
    script.chain("b", ChainState.BEHIND);
    script.run(300);
    assertThat(script.alert(AlertRule.POST_AT_RISK)).isEmpty();
  }
}
