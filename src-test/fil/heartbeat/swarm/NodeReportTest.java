package fil.heartbeat.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.chain.Network;
import fil.heartbeat.chain.source.SimulatedChain;
import fil.heartbeat.chain.source.SimulatedUpgrades;
import fil.heartbeat.libp2p.Multiaddr;
import fil.heartbeat.wire.Extras;
import fil.heartbeat.wire.Heartbeat;
import fil.heartbeat.wire.HeartbeatEncoder;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class NodeReportTest {
  private static final Instant START = Network.SIMULATED.genesisTime().plus(Duration.ofDays(300));
  private static final BigInteger FIL = BigInteger.TEN.pow(18);

  private final SimulatedChain main = new SimulatedChain(Heads.CHAIN_SEED, "");
  private final SimulatedChain fork = new SimulatedChain(Heads.CHAIN_SEED, Heads.FORK);
  private final NodeReport report = new NodeReport(main, fork, START, Instant.MAX);

  private Extras at(Instant now, Trait... traits) {
    return at(now, new VirtualNode(7, Behaviour.HEALTHY, 0, Set.of(traits)));
  }

  private Extras.Finalized finalizedAt(Instant now, Trait... traits) {
    return Objects.requireNonNull(at(now, traits).finalized());
  }

  private Extras at(Instant now, VirtualNode node) {
    return report.of(node, now, now, main.headAt(now).height());
  }

  @Test
  void aHealthyNodeReportsAllMembersAndNoTrouble() {
    Extras healthy = at(START);
    assertThat(healthy.client()).isEqualTo("lotus");
    assertThat(healthy.startTime()).isBefore(START.minus(Duration.ofDays(1)));
    assertThat(healthy.peers()).isGreaterThan(3);
    SimulatedChain.Head finalized = main.finalizedAt(START);
    assertThat(finalizedAt(START).key()).isEqualTo(finalized.key().toString());
    assertThat(main.headAt(START).height() - finalized.height()).isBetween(10L, 13L);
    assertThat(healthy.balances()).extracting(Extras.Balance::role).contains("worker", "control");
    assertThat(healthy.balances()).allMatch(each -> each.attoFil().compareTo(FIL) > 0);
    assertThat(healthy.proving()).allMatch(each -> each.unproven() == 0);
    assertThat(healthy.pendingMessages()).allMatch(each -> each.count() == 0);
    assertThat(healthy.baseFee()).isPositive();
  }

  @Test
  void allNodesPlanTheSameUpgradeSomeDaysAhead() {
    for (int day = 0; day < 30; day++) {
      long height = main.headAt(START.plus(Duration.ofDays(day))).height();
      var known = SimulatedUpgrades.knownAt(height);
      assertThat(known.get(0).height()).isLessThanOrEqualTo(height);
      assertThat(known.get(known.size() - 1).height() - height).isBetween(2L * 2880, 9L * 2880);
      assertThat(at(START.plus(Duration.ofDays(day)), Trait.UNREADY).upgrades())
          .hasSize(known.size() - 1);
    }
  }

  @Test
  void finalityStandsStillOnAStuckNode() {
    Extras.Finalized before = finalizedAt(START, Trait.FINALITY_STUCK);
    Extras.Finalized after = finalizedAt(START.plusSeconds(1200), Trait.FINALITY_STUCK);
    assertThat(after).isEqualTo(before);
    assertThat(main.headAt(START).height() - before.height()).isBetween(45L, 48L);
  }

  @Test
  void aNodeInConflictFinalizesOtherTipsetsAtTheSameHeight() {
    int compared = 0;
    for (int epoch = 0; epoch < 20; epoch++) {
      Instant now = START.plusSeconds(epoch * 30L);
      Extras.Finalized one = finalizedAt(now);
      Extras.Finalized other = finalizedAt(now, Trait.FINALITY_CONFLICT);
      compared += one.height() == other.height() ? 1 : 0;
      assertThat(other.key()).isNotEqualTo(one.key());
    }
    assertThat(compared).isGreaterThan(10);
  }

  @Test
  void theOtherTraitsShowInTheirMembers() {
    assertThat(at(START, Trait.OLD_VERSION).version()).isNotEqualTo(at(START).version());
    assertThat(at(START, Trait.ISOLATED).peers()).isBetween(1, 3);
    BigInteger worker = at(START, Trait.LOW_BALANCE).balances().get(1).attoFil();
    assertThat(worker).isLessThan(FIL.multiply(BigInteger.TWO));
    assertThat(at(START.plusSeconds(600), Trait.LOW_BALANCE).balances().get(1).attoFil())
        .isLessThan(worker);
    Extras.Pending waits = at(START, Trait.STUCK_MESSAGES).pendingMessages().get(0);
    assertThat(waits.count()).isEqualTo(2);
    assertThat(at(START.plusSeconds(900), Trait.STUCK_MESSAGES).pendingMessages().get(0).nonce())
        .isEqualTo(waits.nonce());
    assertThat(at(START.plusSeconds(61), Trait.RESTARTING).startTime())
        .isAfter(at(START, Trait.RESTARTING).startTime());
  }

  @Test
  void anUnprovenDeadlineEndsSoonAfterTheStart() {
    long height = main.headAt(START).height();
    Extras.Proving proving = at(START, Trait.UNPROVEN).proving().get(0);
    assertThat(proving.unproven()).isOne();
    assertThat(proving.close() - height).isBetween(10L, 17L);
    Extras.Proving next = at(START.plusSeconds(20 * 30), Trait.UNPROVEN).proving().get(0);
    assertThat(next.deadline()).isEqualTo((proving.deadline() + 1) % 48);
    assertThat(next.open()).isEqualTo(proving.close());
  }

  @Test
  void aForkedNodeReportsNoFinality() {
    assertThat(at(START, new VirtualNode(1, Behaviour.FORKED, 0)).finalized()).isNull();
  }

  @Test
  void aFullBeatStaysShort() {
    Extras full = at(START, Trait.values());
    byte[] frame =
        HeartbeatEncoder.encode(new Heartbeat("{ }", 1, "n", "f01", null, false).with(full));
    assertThat(frame).hasSizeLessThan(4096);
  }

  @ParameterizedTest
  @EnumSource(Trait.class)
  void anOptionGivesItsTraitToThatShareAndToHealthyNodesFirst(Trait trait) {
    SwarmPlan plan = SwarmPlan.of(Configs.of(100, "--fork 50", trait.option() + " 30"));
    assertThat(plan.traits()).containsEntry(trait, 30);
    assertThat(plan.nodes().stream().filter(node -> node.has(trait)))
        .allMatch(node -> node.role() == Behaviour.HEALTHY);
  }

  @Test
  void beatsAreFullAtFirstWithANewHeadAndEach30Seconds() {
    NodeLink link =
        new NodeLink(
            new VirtualNode(1, Behaviour.HEALTHY, 0),
            Multiaddr.parse(Configs.TARGET),
            new BeatGate(new SwarmCounters(), 1));
    long second = 1_000_000_000L;
    assertThat(link.takesFull(5, 0)).isTrue();
    assertThat(link.takesFull(5, 3 * second)).isFalse();
    assertThat(link.takesFull(6, 6 * second)).isTrue();
    assertThat(link.takesFull(6, 35 * second)).isFalse();
    assertThat(link.takesFull(6, 36 * second)).isTrue();
  }
}
