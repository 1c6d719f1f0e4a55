package fil.heartbeat.alert;

import static fil.heartbeat.alert.AlertScript.sink;
import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.alert.model.AlertRule;
import fil.heartbeat.fleet.Standing;
import fil.heartbeat.wire.Extras;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * What is known of miners and their alerts when the configuration names the nodes of a fleet that
 * was open, or names none any more, with and without a restart.
 */
class NamedLaterTest {
  private static final int LENGTH = 60;

  private final AlertScript script =
      AlertScript.withNodes(AlertScript.config(sink("ops")), "alice", "mallory");

  NamedLaterTest() {
    script.clocked = true;
    script.open();
    script.run(15);
    script.start();
  }

  /** The present deadline of f01000. */
  private Extras.Proving proving(int unproven, @Nullable Long faults) {
    long open = script.height() / LENGTH * LENGTH;
    int deadline = (int) (open / LENGTH % 48);
    return new Extras.Proving("f01000", deadline, open, open + LENGTH, 3, unproven, faults, 0, 0);
  }

  private void tell(String name, Extras.Proving all) {
    Problem.tell(script, name, extras -> extras.proving(List.of(all)));
  }

  private void tellLater(String name, Extras.Proving own, long faults) {
    long later = 2_000;
    tell(
        name,
        new Extras.Proving(
            own.miner(),
            own.deadline(),
            own.open() + later,
            own.close() + later,
            3,
            0,
            faults,
            0,
            0));
  }

  private void runUntilLeft(long epochs) {
    while (LENGTH - script.height() % LENGTH != epochs) {
      script.run(1);
    }
  }

  private void nameAllBut(String stranger) {
    script.node(stranger).standing = Standing.STRANGER;
    script.close();
  }

  /** What a peer claimed while anybody could is no knowledge of the fleet that is named now. */
  @Test
  void aStrangersFaultsAreNoneOfTheFleetThatIsNamedAtARestart() {
    tell("alice", proving(0, null));
    Extras.Proving own = proving(0, 0L);
    tellLater("mallory", own, 0);
    script.run(5);
    tellLater("mallory", own, 1_000_000);
    script.run(5);
    nameAllBut("mallory");
    script.restart();
    script.run(700);
    assertThat(script.fires(AlertRule.SECTOR_FAULTS)).isFalse();
    assertThat(script.store)
        .containsKey("proofs/f01000")
        .doesNotContainKeys("proofs/f01000\nalice", "proofs/f01000\nmallory");
    tell("alice", proving(0, 0L));
    script.run(5);
    tell("alice", proving(0, 12L));
    script.run(700);
    assertThat(script.alert(AlertRule.SECTOR_FAULTS))
        .hasValueSatisfying(each -> assertThat(each.summary()).startsWith("f01000 has 12 faulty"));
  }

  @Test
  void aStrangersPartitionsAreNoneOfTheFleetThatIsNamedAtARestart() {
    runUntilLeft(50);
    tell("alice", proving(3, 0L));
    Extras.Proving own = proving(0, 0L);
    for (int i = 1; i <= 48; i++) {
      tell(
          "mallory",
          new Extras.Proving(
              "f01000", (own.deadline() + i) % 48, own.open(), own.close(), 0, 0, 0L, 0, 0));
      script.run(2);
    }
    nameAllBut("mallory");
    script.restart();
    script.run(60);
    script.disconnect("alice");
    runUntilLeft(60);
    runUntilLeft(50);
    assertThat(script.fires(AlertRule.POST_AT_RISK)).isTrue();
  }

  /** A node that is no longer of the fleet speaks for none of its miners after a restart either. */
  @Test
  void aReportOfANodeThatIsNoLongerNamedCountsNoMore() {
    script.close();
    runUntilLeft(50);
    tell("alice", proving(0, 0L));
    script.run(10);
    tell("mallory", proving(3, 0L));
    script.run(5);
    nameAllBut("mallory");
    script.disconnect("alice");
    script.restart();
    script.run(300);
    assertThat(script.fires(AlertRule.POST_AT_RISK)).isFalse();
    assertThat(script.store.get("proofs/f01000"))
        .hasToString(script.store.get("proofs/f01000").toString().replace("mallory", ""));
  }

  /** Of two nodes with one miner the one that spoke last knows best. */
  @Test
  void ofTheMemoriesOfOneMinerTheNewestCounts() {
    runUntilLeft(50);
    Extras.Proving own = proving(0, 0L);
    for (String name : List.of("mallory", "alice")) {
      tell(name, proving(0, 0L));
      script.run(30);
    }
    tell(
        "alice",
        new Extras.Proving("f01000", own.deadline(), own.open(), own.close(), 7, 0, 3L, 0, 0));
    script.run(5);
    script.close();
    script.run(5);
    assertThat(String.valueOf(script.store.get("proofs/f01000")))
        .contains("partitions " + own.deadline() + " 7")
        .contains(" 0 3 0 ");
  }
}
