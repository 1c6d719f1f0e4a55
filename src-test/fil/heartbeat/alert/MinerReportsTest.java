package fil.heartbeat.alert;

import static fil.heartbeat.alert.AlertScript.sink;
import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.alert.model.Alert;
import fil.heartbeat.alert.model.AlertRule;
import fil.heartbeat.fleet.ChainState;
import fil.heartbeat.wire.Extras;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Reports about miners and wallets that are false, incomplete or from before a restart. */
class MinerReportsTest {
  private final AlertScript script = AlertScript.withNodes(AlertScript.config(sink("ops")), "a");
  private final ProvingNodes nodes = new ProvingNodes(script);

  MinerReportsTest() {
    script.clocked = true;
    script.run(15);
    script.start();
  }

  /** An epoch that no calendar has, told by one node, is no reason for silence about the others. */
  @Test
  void aDeadlineFarBeyondAllTimeEndsNoRound() {
    long open = (1L << 53) - 61;
    script.add("b");
    script.node("b").network = null;
    script.node("b").genesis = "bafyother";
    nodes.tell(
        "b", new Extras.Proving("f06666", 0, open, open + ProvingNodes.LENGTH, 3, 3, 0L, 0, 0));
    script.run(5);
    script.node("b").network = "mainnet";
    script.node("b").changed = true;
    script.run(5);
    script.restart();
    script.run(60);
    script.disconnect("a");
    script.run(600);
    assertThat(script.fires(AlertRule.NODE_DISCONNECTED)).isTrue();
  }

  /** A report a year ahead would end the comparison of faults, and be the newest for a year. */
  @Test
  void aDeadlineOfAnotherDayIsIgnored() {
    nodes.tell("a", nodes.proving("f01000", 0, 0L));
    script.run(5);
    long open = script.height() + 2_880 * 365;
    script.add("b");
    nodes.tell(
        "b", new Extras.Proving("f01000", 0, open, open + ProvingNodes.LENGTH, 3, 0, 0L, 0, 0));
    script.run(5);
    nodes.tell("a", nodes.proving("f01000", 0, 12L));
    script.run(700);
    assertThat(script.fires(AlertRule.SECTOR_FAULTS)).isTrue();
  }

  /** A node that was well before a restart is not heard again. */
  @Test
  void theReportOfANodeThatDoesNotComeBackIsKept() {
    nodes.runUntilLeft(30);
    nodes.tell("a", nodes.proving("f01000", 3, 0L));
    script.run(20);
    script.node("a").extras = Extras.NONE;
    script.restart();
    script.node("a").backAt = null;
    script.run(600);
    assertThat(script.alert(AlertRule.POST_AT_RISK)).isPresent();
  }

  @Test
  void theReportOfANodeThatStoppedIsKept() {
    nodes.runUntilLeft(50);
    nodes.tell("a", nodes.proving("f01000", 3, 0L));
    script.run(20);
    script.node("a").extras = Extras.NONE;
    script.stop("a");
    script.run(600);
    assertThat(script.alert(AlertRule.POST_AT_RISK)).isEmpty();
    script.run(500);
    assertThat(script.alert(AlertRule.POST_AT_RISK)).isPresent();
  }

  private void faultsRise() {
    nodes.tell("a", nodes.proving("f01000", 0, 0L));
    script.run(60);
    nodes.tell("a", nodes.proving("f01000", 0, 12L));
  }

  /** The proofs are still reported, the faults no more. */
  @Test
  void faultsThatAreNotReportedForAnHourEnd() {
    faultsRise();
    script.run(700);
    assertThat(script.fires(AlertRule.SECTOR_FAULTS)).isTrue();
    for (int second = 0; second < 3_400; second += 100) {
      nodes.tell("a", nodes.proving("f01000", 0, null));
      script.run(100);
    }
    assertThat(script.fires(AlertRule.SECTOR_FAULTS)).isTrue();
    for (int second = 0; second < 300; second += 100) {
      nodes.tell("a", nodes.proving("f01000", 0, null));
      script.run(100);
    }
    assertThat(script.alert(AlertRule.SECTOR_FAULTS)).isEmpty();
    assertThat(script.ended)
        .singleElement()
        .satisfies(each -> assertThat(each.body()).contains("Not reported for an hour"));
  }

  @Test
  void faultsThatRoseBeforeARestartAreAlerted() {
    faultsRise();
    script.run(60);
    script.restart();
    script.run(700);
    assertThat(script.fires(AlertRule.SECTOR_FAULTS)).isTrue();
  }

  /**
   * What an alert rests on is not known to a memory that began later, also after another restart.
   */
  @Test
  void faultsFromBeforeTheMemoryLastOverTwoRestarts() {
    faultsRise();
    script.run(700);
    String id = script.alert(AlertRule.SECTOR_FAULTS).orElseThrow().id();
    script.store.remove("proofs/f01000");
    script.restart();
    script.run(300);
    assertThat(script.alert(AlertRule.SECTOR_FAULTS)).map(Alert::id).hasValue(id);
    script.restart();
    script.run(300);
    script.step(Duration.ofHours(-1));
    script.run(60);
    script.restart();
    script.run(300);
    assertThat(script.alert(AlertRule.SECTOR_FAULTS)).map(Alert::id).hasValue(id);
    nodes.tell("a", nodes.proving("f01000", 0, 0L));
    script.run(60);
    assertThat(script.alert(AlertRule.SECTOR_FAULTS)).isEmpty();
  }

  /** The same when the configuration names nodes no more, and the memory becomes another one. */
  @Test
  void faultsFromBeforeTheMemoryLastWhenTheFleetIsOpened() {
    faultsRise();
    script.run(700);
    String id = script.alert(AlertRule.SECTOR_FAULTS).orElseThrow().id();
    script.store.remove("proofs/f01000");
    script.restart();
    script.run(300);
    script.open();
    script.run(300);
    assertThat(script.alert(AlertRule.SECTOR_FAULTS)).map(Alert::id).hasValue(id);
  }

  /** What it answered while it was behind says nothing about its nonces. */
  @Test
  void messagesOfANodeThatCaughtUpAreNotStuck() {
    Problem.tell(script, "a", all -> all.pendingMessages(List.of(Problem.pending(5, 1))));
    script.run(300);
    script.chain("a", ChainState.STALLED);
    script.run(7_200);
    script.node("a").answers = false;
    script.chain("a", ChainState.OK);
    script.run(60);
    assertThat(script.alert(AlertRule.MESSAGES_STUCK)).isEmpty();
    script.node("a").answers = true;
    script.run(400);
    assertThat(script.alert(AlertRule.MESSAGES_STUCK)).isEmpty();
    script.run(1_900);
    assertThat(script.fires(AlertRule.MESSAGES_STUCK)).isTrue();
  }

  /** Its node did not answer about the low address this time. */
  @Test
  void aLowBalanceIsNotWellBecauseAnotherIs() {
    Extras.Balance low = Problem.balance("f07", "worker", "1");
    Extras.Balance good = Problem.balance("f08", "control", "100");
    Extras.Balance owner = Problem.balance("f09", "owner", "100");
    Problem.tell(script, "a", all -> all.balances(List.of(low, good)));
    script.run(620);
    assertThat(script.fires(AlertRule.BALANCE_LOW)).isTrue();
    Problem.tell(script, "a", all -> all.balances(List.of(good)));
    script.run(120);
    assertThat(script.fires(AlertRule.BALANCE_LOW)).isTrue();
    Problem.tell(script, "a", all -> all.balances(List.of(low, good)));
    script.run(30);
    Problem.tell(script, "a", all -> all.balances(List.of(owner)));
    script.run(3_400);
    assertThat(script.fires(AlertRule.BALANCE_LOW)).isTrue();
    script.run(300);
    assertThat(script.alert(AlertRule.BALANCE_LOW)).isEmpty();
  }

  @Test
  void aLowBalanceThatRoseIsWell() {
    Problem.tell(script, "a", all -> all.balances(List.of(Problem.balance("f07", "worker", "1"))));
    script.run(620);
    Problem.tell(
        script, "a", all -> all.balances(List.of(Problem.balance("f07", "worker", "100"))));
    script.run(30);
    assertThat(script.alert(AlertRule.BALANCE_LOW)).isEmpty();
  }

  /** Only the partitions of a miner were stored, and its node is gone. */
  @Test
  void aMinerThatNoNodeReportsIsForgottenAfterARestart() {
    nodes.tell("a", nodes.proving("f01000", 0, 0L));
    script.run(60);
    nodes.tell("a");
    script.run(60);
    assertThat(script.store).containsKey("proofs/f01000");
    script.restart();
    script.run(60);
    script.now = script.now.plusSeconds(26 * 3_600);
    script.run(60);
    assertThat(script.store).doesNotContainKey("proofs/f01000");
  }
}
