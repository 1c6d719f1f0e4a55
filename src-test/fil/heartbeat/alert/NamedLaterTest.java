package fil.heartbeat.alert;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.alert.model.Alert;
import fil.heartbeat.alert.model.AlertRule;
import fil.heartbeat.alert.model.AlertStatus;
import fil.heartbeat.alert.state.AlertKey;
import fil.heartbeat.fleet.ChainState;
import fil.heartbeat.fleet.Standing;
import fil.heartbeat.wire.Extras;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What is known of miners and their alerts when the configuration names the nodes of a fleet that
 * was open, or names none any more, with and without a restart.
 */
class NamedLaterTest {

  private final AlertScript script = AlertScript.openFleet("alice", "mallory");
  private final ProvingNodes nodes = new ProvingNodes(script);

  private void tellLater(String name, Extras.Proving own, long faults) {
    long later = 2_000;
    nodes.tell(
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

  private void nameAllBut(String stranger) {
    script.node(stranger).standing = Standing.STRANGER;
    script.close();
  }

  /** What a peer claimed while anybody could is no knowledge of the fleet that is named now. */
  @Test
  void aStrangersFaultsAreNoneOfTheFleetThatIsNamedAtARestart() {
    nodes.tell("alice", nodes.proving("f01000", 0, null));
    Extras.Proving own = nodes.proving("f01000", 0, 0L);
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
    nodes.tell("alice", nodes.proving("f01000", 0, 0L));
    script.run(5);
    nodes.tell("alice", nodes.proving("f01000", 0, 12L));
    script.run(700);
    assertThat(script.alert(AlertRule.SECTOR_FAULTS))
        .hasValueSatisfying(each -> assertThat(each.summary()).startsWith("f01000 has 12 faulty"));
  }

  @Test
  void aStrangersPartitionsAreNoneOfTheFleetThatIsNamedAtARestart() {
    nodes.runUntilLeft(50);
    nodes.tell("alice", nodes.proving("f01000", 3, 0L));
    Extras.Proving own = nodes.proving("f01000", 0, 0L);
    for (int i = 1; i <= 48; i++) {
      nodes.tell(
          "mallory",
          new Extras.Proving(
              "f01000", (own.deadline() + i) % 48, own.open(), own.close(), 0, 0, 0L, 0, 0));
      script.run(2);
    }
    nameAllBut("mallory");
    script.restart();
    script.run(60);
    script.disconnect("alice");
    nodes.runUntilLeft(60);
    nodes.runUntilLeft(50);
    assertThat(script.fires(AlertRule.POST_AT_RISK)).isTrue();
  }

  /** A node that is no longer of the fleet speaks for none of its miners after a restart either. */
  @Test
  void aReportOfANodeThatIsNoLongerNamedCountsNoMore() {
    script.close();
    nodes.runUntilLeft(50);
    nodes.tell("alice", nodes.proving("f01000", 0, 0L));
    script.run(10);
    nodes.tell("mallory", nodes.proving("f01000", 3, 0L));
    script.run(5);
    nameAllBut("mallory");
    script.disconnect("alice");
    script.restart();
    script.run(300);
    assertThat(script.fires(AlertRule.POST_AT_RISK)).isFalse();
    assertThat(script.store.get("proofs/f01000")).asString().isNotEmpty().doesNotContain("mallory");
  }

  /** Of two nodes with one miner the one that spoke last knows best. */
  @Test
  void ofTheMemoriesOfOneMinerTheNewestCounts() {
    nodes.runUntilLeft(50);
    Extras.Proving own = nodes.proving("f01000", 0, 0L);
    for (String name : List.of("mallory", "alice")) {
      nodes.tell(name, nodes.proving("f01000", 0, 0L));
      script.run(30);
    }
    nodes.tell(
        "alice",
        new Extras.Proving("f01000", own.deadline(), own.open(), own.close(), 7, 0, 3L, 0, 0));
    script.run(5);
    script.close();
    script.run(5);
    assertThat(String.valueOf(script.store.get("proofs/f01000")))
        .contains("partitions " + own.deadline() + " 7")
        .contains(" 0 3 0 ");
  }

  /** The same alert: no receiver hears of the change, and an acknowledgement stays. */
  @ParameterizedTest
  @CsvSource({"false, false", "false, true", "true, false", "true, true"})
  void anAlertOfAMinerGoesOnWhateverTheConfigurationNames(boolean named, boolean restarts) {
    configure(named);
    nodes.tell("alice", nodes.proving("f01000", 0, 0L));
    script.run(5);
    nodes.tell("alice", nodes.proving("f01000", 0, 12L));
    script.run(620);
    Alert before = script.alert(AlertRule.SECTOR_FAULTS).orElseThrow();
    assertThat(before.status()).isEqualTo(AlertStatus.FIRING);
    assertThat(script.engine.acknowledge(before.id(), "bob", "on it", script.now)).isPresent();
    script.disconnect("alice");
    script.run(60);
    configure(!named);
    if (restarts) {
      script.restart();
    }
    int sent = script.lines.size();
    script.run(900);
    Alert after = script.alert(AlertRule.SECTOR_FAULTS).orElseThrow();
    assertThat(after.id()).isEqualTo(before.id());
    assertThat(after.fingerprint()).isEqualTo(before.fingerprint());
    assertThat(after.startsAt()).isEqualTo(before.startsAt());
    assertThat(after.status()).isEqualTo(AlertStatus.ACKNOWLEDGED);
    assertThat(after.labels()).isEqualTo(before.labels());
    assertThat(script.lines.subList(sent, script.lines.size()))
        .noneMatch(each -> each.contains("SectorFaults"));
    script.restart();
    script.run(60);
    assertThat(script.alert(AlertRule.SECTOR_FAULTS))
        .hasValueSatisfying(
            each -> {
              assertThat(each.id()).isEqualTo(before.id());
              assertThat(each.fingerprint()).isEqualTo(before.fingerprint());
              assertThat(each.labels()).isEqualTo(before.labels());
            });
    script.node("alice").beat(script.now);
    nodes.tell("alice", nodes.proving("f01000", 0, 0L));
    script.run(120);
    assertThat(script.alert(AlertRule.SECTOR_FAULTS)).isEmpty();
    assertThat(script.lines.get(script.lines.size() - 1)).contains("SectorFaults");
  }

  private void configure(boolean named) {
    if (named) {
      script.close();
    } else {
      script.open();
    }
  }

  /** Critical, and without a gap in which it is over. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aProofAtRiskStaysAtRisk(boolean named) {
    configure(named);
    nodes.runUntilLeft(50);
    nodes.tell("alice", nodes.proving("f01000", 1, 0L));
    script.chain("alice", ChainState.BEHIND);
    script.run(90);
    String id = script.alert(AlertRule.POST_AT_RISK).orElseThrow().id();
    int sent = script.lines.size();
    configure(!named);
    for (int i = 0; i < 200; i++) {
      script.run(1);
      assertThat(script.alert(AlertRule.POST_AT_RISK))
          .hasValueSatisfying(
              each -> {
                assertThat(each.id()).isEqualTo(id);
                assertThat(each.status()).isEqualTo(AlertStatus.FIRING);
              });
    }
    assertThat(script.lines.subList(sent, script.lines.size()))
        .noneMatch(each -> each.contains("PostAtRisk"));
  }

  /** Of several nodes the one that it is about goes on with it, not another that is well. */
  @Test
  void theAlertOfAMinerWithTwoNodesGoesOnWithTheOneOfWhichItHolds() {
    script.close();
    nodes.runUntilLeft(50);
    nodes.tell("alice", nodes.proving("f01000", 1, 0L));
    nodes.tell("mallory", nodes.proving("f01000", 1, 0L));
    script.chain("alice", ChainState.BEHIND);
    script.chain("mallory", ChainState.BEHIND);
    script.run(90);
    String id = script.alert(AlertRule.POST_AT_RISK).orElseThrow().id();
    script.chain("alice", ChainState.OK);
    script.open();
    script.run(200);
    assertThat(script.engine.alerts())
        .filteredOn(each -> each.rule() == AlertRule.POST_AT_RISK)
        .singleElement()
        .satisfies(
            each -> {
              assertThat(each.id()).isEqualTo(id);
              assertThat(each.status()).isEqualTo(AlertStatus.FIRING);
              assertThat(each.summary()).contains("mallory, which reports it");
            });
  }

  /** Who claimed the miner later, while anybody may, takes over no alert of its node. */
  @Test
  void whoClaimsTheMinerAfterTheChangeTakesNoAlertOver() {
    script.close();
    nodes.tell("alice", nodes.proving("f01000", 0, 0L));
    script.run(5);
    nodes.tell("alice", nodes.proving("f01000", 0, 12L));
    script.run(620);
    String id = script.alert(AlertRule.SECTOR_FAULTS).orElseThrow().id();
    script.disconnect("alice");
    script.restart();
    script.open();
    script.run(3);
    nodes.tell("mallory", nodes.proving("f01000", 0, 0L));
    script.run(3);
    nodes.tell("mallory", nodes.proving("f01000", 0, 40L));
    script.run(900);
    assertThat(script.engine.alerts())
        .filteredOn(each -> each.id().equals(id))
        .singleElement()
        .satisfies(
            each -> {
              assertThat(each.status()).isEqualTo(AlertStatus.FIRING);
              assertThat(each.summary()).startsWith("f01000 has 12 faulty");
            });
  }

  /** Of the alerts of two nodes one goes on, and what only a stranger had said ends. */
  @Test
  void alertsAboutOneMinerAreOneWhereItsNodesAreNamed() {
    for (String name : List.of("alice", "mallory")) {
      nodes.tell(name, nodes.proving("f01000", 0, 0L));
      script.run(5);
      nodes.tell(name, nodes.proving("f01000", 0, 12L));
    }
    script.run(620);
    List<String> ids = ids(AlertRule.SECTOR_FAULTS);
    assertThat(ids).hasSize(2);
    script.close();
    script.run(5);
    assertThat(ids(AlertRule.SECTOR_FAULTS)).singleElement().isIn(ids);
    script.open();
    script.run(620);
    assertThat(ids(AlertRule.SECTOR_FAULTS)).hasSize(2);
    nameAllBut("alice");
    script.node("alice").changed = true;
    script.run(5);
    assertThat(ids(AlertRule.SECTOR_FAULTS)).hasSize(1);
    assertThat(script.alert(AlertRule.SECTOR_FAULTS).orElseThrow().labels())
        .containsEntry("peer_id", "mallory");
  }

  private List<String> ids(AlertRule rule) {
    return script.engine.alerts().stream()
        .filter(each -> each.rule() == rule && each.status().isFiring())
        .map(Alert::id)
        .toList();
  }

  /** The aggregator is restarted again before it is known of which node the alert holds. */
  @ParameterizedTest
  @ValueSource(ints = {5, 29})
  void aSecondRestartLeavesNoAlertBehind(int seconds) {
    script.close();
    faultsOfBoth();
    assertThat(ids(AlertRule.SECTOR_FAULTS)).hasSize(1);
    script.open();
    script.restart();
    script.run(seconds);
    script.restart();
    script.run(seconds);
    script.restart();
    script.run(60);
    assertThat(ids(AlertRule.SECTOR_FAULTS)).hasSize(1);
    for (String name : List.of("alice", "mallory")) {
      nodes.tell(name, nodes.proving("f01000", 0, 0L));
    }
    script.run(120);
    assertThat(ids(AlertRule.SECTOR_FAULTS)).isEmpty();
    assertThat(script.store.values()).noneMatch(each -> ("" + each.body()).contains("parted"));
  }

  private void faultsOfBoth() {
    for (String name : List.of("alice", "mallory")) {
      nodes.tell(name, nodes.proving("f01000", 0, 0L));
    }
    script.run(5);
    for (String name : List.of("alice", "mallory")) {
      nodes.tell(name, nodes.proving("f01000", 0, 12L));
    }
    script.run(620);
  }

  /** It is known as that of alice, who is well: what mallory reports is another one. */
  @Test
  void anAlertThatIsOfOneNodeAgainIsOfTheSameNode() {
    nodes.tell("alice", nodes.proving("f01000", 0, 0L));
    nodes.tell("mallory", nodes.proving("f01000", 0, 0L));
    script.run(5);
    nodes.tell("alice", nodes.proving("f01000", 0, 12L));
    script.run(620);
    Alert first = script.alert(AlertRule.SECTOR_FAULTS).orElseThrow();
    script.close();
    script.run(30);
    nodes.tell("alice", nodes.proving("f01000", 0, 0L));
    nodes.tell("mallory", nodes.proving("f01000", 0, 40L));
    script.run(30);
    assertThat(ids(AlertRule.SECTOR_FAULTS)).containsExactly(first.id());
    script.open();
    script.run(620);
    nodes.tell("alice", nodes.proving("f01000", 0, 50L));
    script.run(620);
    assertThat(script.engine.alerts())
        .filteredOn(each -> each.rule() == AlertRule.SECTOR_FAULTS && each.status().isFiring())
        .hasSize(2)
        .allSatisfy(
            each ->
                assertThat(each.summary())
                    .endsWith(", as " + each.labels().get("nickname") + " reports"))
        .doesNotHaveDuplicates()
        .extracting(Alert::fingerprint)
        .doesNotHaveDuplicates();
  }

  /**
   * Nobody knows of it yet: it fires when it is due, with the labels of the fleet as it is then.
   */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anAlertThatIsPendingIsAsIfItHadBegunSo(boolean named) {
    configure(named);
    nodes.tell("alice", nodes.proving("f01000", 0, 0L));
    script.run(5);
    nodes.tell("alice", nodes.proving("f01000", 0, 12L));
    script.run(300);
    configure(!named);
    script.run(320);
    Alert fires = script.alert(AlertRule.SECTOR_FAULTS).orElseThrow();
    assertThat(fires.status()).isEqualTo(AlertStatus.FIRING);
    assertThat(fires.labels().containsKey("peer_id")).isEqualTo(named);
    assertThat(fires.fingerprint())
        .isEqualTo(
            new AlertKey(AlertRule.SECTOR_FAULTS, named ? "f01000\nalice" : "f01000")
                .fingerprint());
  }

  /** What an Alertmanager knows of alerts: each has one set of labels while it fires. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void noTwoAlertsAreOneToAnAlertmanager(long seed) {
    Random random = new Random(seed);
    Map<String, Map<String, String>> labels = new HashMap<>();
    Map<String, String> fingerprints = new HashMap<>();
    for (String name : List.of("alice", "mallory")) {
      nodes.tell(name, nodes.proving("f01000", 0, 0L));
    }
    for (int step = 0; step < 50; step++) {
      switch (random.nextInt(6)) {
        case 0 -> configure(random.nextBoolean());
        case 1 -> script.restart();
        default -> {
          String name = random.nextBoolean() ? "alice" : "mallory";
          nodes.tell(name, nodes.proving("f01000", 0, random.nextInt(3) * 10L));
        }
      }
      int seconds = 5 + random.nextInt(200);
      for (int second = 0; second < seconds; second++) {
        script.run(1);
        List<Alert> firing =
            script.engine.alerts().stream()
                .filter(each -> each.rule() == AlertRule.SECTOR_FAULTS)
                .filter(each -> each.status().isFiring())
                .toList();
        assertThat(firing).extracting(Alert::fingerprint).doesNotHaveDuplicates();
        assertThat(firing).extracting(Alert::labels).doesNotHaveDuplicates();
        for (Alert each : firing) {
          assertThat(labels.computeIfAbsent(each.id(), id -> each.labels()))
              .isEqualTo(each.labels());
          assertThat(fingerprints.computeIfAbsent(each.id(), id -> each.fingerprint()))
              .isEqualTo(each.fingerprint());
        }
      }
    }
    assertThat(labels).isNotEmpty();
  }

  /** An older version judged all peers of an open fleet together; its node is lost since. */
  @Test
  void anAlertOfWhichNoReporterIsKnownEndsAfterAnHour() {
    script.close();
    nodes.tell("alice", nodes.proving("f01000", 0, 0L));
    script.run(5);
    nodes.tell("alice", nodes.proving("f01000", 0, 12L));
    script.run(620);
    script.disconnect("alice");
    script.store.remove("proofs/f01000");
    script.restart();
    script.open();
    script.run(3_500);
    assertThat(script.fires(AlertRule.SECTOR_FAULTS)).isTrue();
    script.run(200);
    assertThat(script.alert(AlertRule.SECTOR_FAULTS)).isEmpty();
  }
}
