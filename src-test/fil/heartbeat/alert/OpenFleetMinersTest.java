package fil.heartbeat.alert;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.alert.model.Alert;
import fil.heartbeat.alert.model.AlertRule;
import fil.heartbeat.alert.model.AlertStatus;
import fil.heartbeat.fleet.ChainState;
import fil.heartbeat.fleet.NetworkReport;
import fil.heartbeat.wire.Extras;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Where the configuration names no nodes, anybody may claim any miner. What "mallory" reports of
 * the miner of "alice" raises no alert about what alice reports, mutes none, and changes none.
 */
class OpenFleetMinersTest {

  private final AlertScript script = AlertScript.openFleet("alice", "mallory");
  private final ProvingNodes nodes = new ProvingNodes(script);

  /** The alerts about what a node reports of miners. */
  private List<Alert> about(String name) {
    return script.engine.alerts().stream()
        .filter(each -> each.rule().subject() == AlertRule.Subject.MINER)
        .filter(each -> each.status() != AlertStatus.RESOLVED)
        .filter(each -> name.equals(each.labels().getOrDefault("peer_id", "")))
        .toList();
  }

  private Optional<Alert> of(String name, AlertRule rule) {
    return about(name).stream()
        .filter(each -> each.rule() == rule && each.status().isFiring())
        .findFirst();
  }

  private enum Muting {
    PROVEN {
      @Override
      void begin(OpenFleetMinersTest test) {
        test.nodes.tell("mallory", test.nodes.proving("f01000", 0, 0L));
      }
    },
    CLAIMED {
      @Override
      void begin(OpenFleetMinersTest test) {
        test.script.node("mallory").miner = "f01000";
        test.script.node("mallory").changed = true;
      }
    },
    LISTED {
      @Override
      void begin(OpenFleetMinersTest test) {
        Problem.tell(
            test.script, "mallory", all -> all.minerAddresses(List.of("f01000", "f02000")));
      }
    },
    NOTHING_TO_PROVE {
      @Override
      void begin(OpenFleetMinersTest test) {
        Extras.Proving own = test.nodes.proving("f01000", 0, 0L);
        test.nodes.tell(
            "mallory",
            new Extras.Proving("f01000", own.deadline(), own.open(), own.close(), 0, 0, 0L, 0, 0));
      }
    };

    abstract void begin(OpenFleetMinersTest test);
  }

  @ParameterizedTest
  @EnumSource
  void aNodeThatIsLateIsNoLessLateBecauseAnotherClaimsItsMiner(Muting muting) {
    nodes.runUntilLeft(50);
    nodes.tell("alice", nodes.proving("f01000", 1, 0L));
    muting.begin(this);
    script.chain("alice", ChainState.BEHIND);
    script.run(90);
    assertThat(of("alice", AlertRule.POST_AT_RISK))
        .hasValueSatisfying(
            each -> {
              assertThat(each.summary())
                  .startsWith("f01000 must prove deadline ")
                  .contains("(1 of 3 partitions)")
                  .endsWith("; alice, which reports it, is 7 epochs late");
              assertThat(each.labels())
                  .containsEntry("miner", "f01000")
                  .containsEntry("peer_id", "alice")
                  .containsEntry("nickname", "alice");
              assertThat(each.peerId()).isNull();
            });
    assertThat(about("mallory")).isEmpty();
  }

  @Test
  void aFreshReportOfAnotherHidesNoMissedPartition() {
    nodes.runUntilLeft(20);
    nodes.tell("alice", nodes.proving("f01000", 1, 0L));
    while (script.height() % ProvingNodes.LENGTH < ProvingNodes.LENGTH - 10) {
      nodes.tell("mallory", nodes.proving("f01000", 0, 0L));
      script.run(5);
    }
    assertThat(of("alice", AlertRule.POST_AT_RISK))
        .hasValueSatisfying(each -> assertThat(each.summary()).endsWith(", as alice reports"));
  }

  /** It raises an alert about what it reports itself, which is named. */
  @Test
  void whoClaimsTheMinerOfAnotherRaisesAnAlertOfItsOwn() {
    nodes.runUntilLeft(20);
    nodes.tell("alice", nodes.proving("f01000", 0, 0L));
    nodes.tell("mallory", nodes.proving("f01000", 3, 0L));
    nodes.runUntilLeft(10);
    assertThat(about("alice")).isEmpty();
    assertThat(of("mallory", AlertRule.POST_AT_RISK))
        .hasValueSatisfying(
            each -> {
              assertThat(each.summary()).endsWith(", as mallory reports");
              assertThat(each.detail()).contains("aggregator.expected");
            });
  }

  @Test
  void eachAlertOfOneMinerHasItsOwnIdentity() {
    nodes.runUntilLeft(20);
    nodes.tell("alice", nodes.proving("f01000", 1, 0L));
    nodes.tell("mallory", nodes.proving("f01000", 3, 0L));
    nodes.runUntilLeft(10);
    Alert own = of("alice", AlertRule.POST_AT_RISK).orElseThrow();
    Alert other = of("mallory", AlertRule.POST_AT_RISK).orElseThrow();
    assertThat(own.fingerprint()).isNotEqualTo(other.fingerprint());
    assertThat(own.labels()).isNotEqualTo(other.labels());
    script.restart();
    script.run(60);
    assertThat(about("alice")).extracting(Alert::id).contains(own.id());
    nodes.tell("mallory", nodes.proving("f01000", 0, 0L));
    script.run(30);
    assertThat(of("alice", AlertRule.POST_AT_RISK)).map(Alert::id).hasValue(own.id());
    assertThat(about("mallory")).isEmpty();
  }

  @Test
  void faultsOfAnotherAreNotComparedWithOwnOnes() {
    nodes.tell("alice", nodes.proving("f01000", 0, 0L));
    nodes.tell("mallory", nodes.proving("f01000", 0, 500L));
    script.run(60);
    assertThat(about("alice")).isEmpty();
    nodes.tell("alice", nodes.proving("f01000", 0, 12L));
    script.run(620);
    nodes.tell("mallory", nodes.proving("f01000", 0, 0L));
    script.run(60);
    assertThat(of("alice", AlertRule.SECTOR_FAULTS))
        .hasValueSatisfying(
            each -> {
              assertThat(each.summary())
                  .isEqualTo(
                      "f01000 has 12 faulty sectors, 12 more than in its last proving period, as"
                          + " alice reports");
            });
    assertThat(about("mallory")).isEmpty();
  }

  /** A proving period ahead would end the comparison of the true one. */
  @Test
  void aLaterPeriodOfAnotherEndsNoComparison() {
    nodes.tell("alice", nodes.proving("f01000", 0, 0L));
    Extras.Proving own = nodes.proving("f01000", 0, 12L);
    nodes.tell(
        "mallory",
        new Extras.Proving(
            "f01000", own.deadline(), own.open() + 2_880, own.close() + 2_880, 3, 0, 900L, 0, 0));
    script.run(60);
    nodes.tell("alice", nodes.proving("f01000", 0, 12L));
    script.run(700);
    assertThat(of("alice", AlertRule.SECTOR_FAULTS)).isPresent();
  }

  @Test
  void whatALostNodeReportedOutlivesARestartByItself() {
    nodes.runUntilLeft(30);
    nodes.tell("alice", nodes.proving("f01000", 3, 0L));
    nodes.tell("mallory", nodes.proving("f01000", 0, 0L));
    script.run(20);
    assertThat(script.store.keySet())
        .contains("proofs/f01000\nalice", "proofs/f01000\nmallory")
        .doesNotContain("proofs/f01000");
    script.disconnect("alice");
    script.restart();
    script.run(400);
    assertThat(of("alice", AlertRule.POST_AT_RISK)).isPresent();
    assertThat(about("mallory")).isEmpty();
    script.forget("alice");
    script.run(3_700);
    assertThat(about("alice")).isEmpty();
    assertThat(script.store).doesNotContainKey("proofs/f01000\nalice");
  }

  /** Each peer has room for the miners of one beat, whatever others claim. */
  @Test
  void aPeerThatClaimsOtherMinersInEachBeatKeepsEightAndTakesNoneOfOthers() {
    nodes.tell("alice", nodes.proving("f01000", 0, 0L));
    for (int beat = 0; beat < 40; beat++) {
      List<Extras.Proving> all = new ArrayList<>();
      for (int i = 0; i < Extras.MAX_PROVING; i++) {
        all.add(nodes.proving("f0" + (2_000 + 8 * beat + i), 0, 0L));
      }
      Problem.tell(script, "mallory", extras -> extras.proving(all));
      script.run(2);
    }
    assertThat(script.store.keySet().stream().filter(each -> each.endsWith("\nmallory")))
        .hasSize(Extras.MAX_PROVING);
    assertThat(script.store).containsKey("proofs/f01000\nalice");
  }

  /** The configuration names the nodes now: their reports are one, and so are their alerts. */
  @Test
  void nodesThatAreNamedLaterReportTogether() {
    nodes.runUntilLeft(50);
    nodes.tell("alice", nodes.proving("f01000", 1, 0L));
    nodes.tell("mallory", nodes.proving("f01000", 1, 0L));
    script.chain("alice", ChainState.BEHIND);
    script.run(90);
    assertThat(of("alice", AlertRule.POST_AT_RISK)).isPresent();
    script.close();
    script.run(90);
    assertThat(script.alert(AlertRule.POST_AT_RISK)).isEmpty();
    assertThat(script.store).containsOnlyKeys(proofs("proofs/f01000"));
    script.chain("mallory", ChainState.FORKED);
    script.run(90);
    assertThat(script.alert(AlertRule.POST_AT_RISK))
        .hasValueSatisfying(
            each -> {
              assertThat(each.summary()).contains("none of its 2 nodes is well");
              assertThat(each.labels()).doesNotContainKey("peer_id");
            });
    script.open();
    script.run(90);
    // The one that goes on keeps the labels of all nodes.
    assertThat(about(""))
        .singleElement()
        .satisfies(each -> assertThat(each.summary()).contains("alice, which reports it"));
    assertThat(of("mallory", AlertRule.POST_AT_RISK)).isPresent();
    assertThat(script.store).containsKeys("proofs/f01000\nalice", "proofs/f01000\nmallory");
  }

  /** What was known of faults before holds for the reports of each node. */
  @Test
  void faultsAreComparedOverTheChange() {
    script.close();
    nodes.tell("alice", nodes.proving("f01000", 0, 0L));
    script.run(60);
    script.open();
    script.run(5);
    nodes.tell("alice", nodes.proving("f01000", 0, 12L));
    script.run(700);
    assertThat(of("alice", AlertRule.SECTOR_FAULTS)).isPresent();
    script.close();
    script.run(700);
    assertThat(script.fires(AlertRule.SECTOR_FAULTS)).isTrue();
    assertThat(script.alert(AlertRule.SECTOR_FAULTS).orElseThrow().summary())
        .startsWith("f01000 has 12 faulty")
        .doesNotContain("alice");
  }

  /** After a restart no node is back, so that there is no network yet to say whose fleet it is. */
  @Test
  void anAlertLastsUntilItIsKnownWhetherTheFleetIsOpen() {
    script.close();
    nodes.runUntilLeft(50);
    nodes.tell("alice", nodes.proving("f01000", 1, 0L));
    script.chain("alice", ChainState.BEHIND);
    script.run(90);
    String id = script.alert(AlertRule.POST_AT_RISK).orElseThrow().id();
    NetworkReport mainnet = Objects.requireNonNull(script.networks.remove("mainnet"));
    script.restart();
    script.run(120);
    assertThat(script.alert(AlertRule.POST_AT_RISK)).map(Alert::id).hasValue(id);
    script.networks.put("mainnet", mainnet);
    script.run(120);
    assertThat(script.alert(AlertRule.POST_AT_RISK)).map(Alert::id).hasValue(id);
  }

  private String[] proofs(String key) {
    return script.store.keySet().stream()
        .filter(each -> !each.startsWith("proofs/") || each.equals(key))
        .toArray(String[]::new);
  }
}
