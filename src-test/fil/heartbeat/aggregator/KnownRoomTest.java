package fil.heartbeat.aggregator;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.chain.Cid;
import fil.heartbeat.chain.TipsetKey;
import fil.heartbeat.fleet.Expected;
import fil.heartbeat.history.NoHistory;
import fil.heartbeat.libp2p.PeerId;
import fil.heartbeat.wire.Extras;
import fil.heartbeat.wire.Heartbeat;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * The stored peers take a limited part of the memory, whatever they send and however many they are.
 */
class KnownRoomTest {
  private static final Instant T0 = Instant.parse("2026-01-05T12:00:00Z");

  /** Room for 110 peers with short texts. */
  private static final long ROOM = 521_000;

  private static final PeerId OURS = SimulatedFleet.peer(2, 0);

  private final Registry registry =
      new Registry(AggregatorSettings.DEFAULT, ROOM, new NoHistory(), at(0));
  private int second;

  private static Moment at(int second) {
    return new Moment(T0.plusSeconds(second), second * 1_000_000_000L);
  }

  private static TipsetKey head(int number, int blocks) {
    return TipsetKey.of(
        IntStream.range(0, blocks)
            .mapToObj(
                block -> Cid.ofBlock(ByteBuffer.allocate(8).putInt(number).putInt(block).array()))
            .toList());
  }

  private void beat(PeerId peer, int number, int blocks) {
    Moment now = at(++second);
    registry.onBeat(
        peer, new Heartbeat(head(number, blocks).toString(), 1, "n", "f01", null, null), now);
  }

  private List<String> known() {
    return registry.nodes().stream().map(Node::peerId).toList();
  }

  private static PeerId stranger(int number) {
    return SimulatedFleet.peer(3, number);
  }

  private void fleetOfOne() {
    registry.membership(
        new Membership(Set.of(), Set.of(), Map.of(OURS, new Expected("ours", Map.of()))), at(0));
  }

  /**
   * What its addresses spent in a day is kept of each peer of an open fleet, also while it is
   * silent: 24 sums for each of up to 16.
   */
  @Test
  void peersThatReportManyAddressesTakeMoreOfTheRoom() {
    Extras extras =
        new Extras.Builder()
            .balances(
                IntStream.range(0, 16)
                    .mapToObj(i -> new Extras.Balance("f0" + i, "owner", BigInteger.TEN.pow(40), 1))
                    .toList())
            .build();
    Heartbeat beat = new Heartbeat(head(7, 1).toString(), 1, "n", "f01", null, null);
    for (int hour = 0; hour < 24; hour++) {
      second = hour * 3600;
      for (int i = 0; i < 20; i++) {
        Moment now = at(++second);
        registry.onBeat(stranger(i), beat.with(extras), now);
        registry.onBeat(stranger(i), beat, now);
        registry.evaluate(now);
      }
      assertThat(registry.forgotten() > 0).as("hour %s", hour).isEqualTo(hour > 4);
    }
  }

  /**
   * Miners are kept of each, up to twice as many as a beat has, also those that it reports no more.
   */
  @Test
  void peersThatReportOneMinerAfterTheOtherTakeMoreOfTheRoom() {
    for (int i = 0; i < 900; i++) {
      String miner = "f0" + i % 9;
      Extras extras =
          new Extras.Builder()
              .proving(List.of(new Extras.Proving(miner, 1, 60, 120, 3, 0, 0L, 0, 1)))
              .build();
      Moment now = at(++second);
      Heartbeat beat = new Heartbeat(head(7, 1).toString(), 1, "n", "f01", null, null);
      registry.onBeat(stranger(i / 9), beat.with(extras), now);
      registry.evaluate(now);
    }
    assertThat(known()).hasSizeBetween(25, 40);
  }

  /** Since when messages wait is kept while a peer is silent. */
  @Test
  void peersThatReportMessagesTakeMoreOfTheRoom() {
    Extras extras =
        new Extras.Builder()
            .pendingMessages(
                IntStream.range(0, 16)
                    .mapToObj(i -> new Extras.Pending("f0" + i, 1, 1, 1))
                    .toList())
            .build();
    for (int i = 0; i < 100; i++) {
      Heartbeat beat = new Heartbeat(head(7, 1).toString(), 1, "n", "f01", null, null);
      registry.onBeat(stranger(i), beat.with(extras), at(++second));
      second += 100;
      registry.evaluate(at(second));
      beat(stranger(i), i, 1);
    }
    assertThat(known()).hasSizeBetween(35, 75);
  }

  /** Else a hundred thousand nodes with one head hold it a hundred thousand times. */
  @Test
  void nodesWithTheSameHeadShareIt() {
    beat(stranger(1), 7, 5);
    beat(stranger(2), 7, 5);
    List<List<String>> heads = registry.nodes().stream().map(node -> node.claims().head()).toList();
    assertThat(heads.get(0)).hasSize(5).isSameAs(heads.get(1));
  }

  @Test
  void peersWithTheSameHeadShareItsWeight() {
    fleetOfOne();
    for (int round = 0; round < 2; round++) {
      for (int i = 0; i < 90; i++) {
        beat(stranger(i), round, 5);
      }
    }
    assertThat(known()).hasSize(91);
  }

  @Test
  void strangersMakeRoomForEachOtherAndTheFleetStays() {
    fleetOfOne();
    beat(OURS, 0, 64);
    for (int i = 0; i < 300; i++) {
      beat(stranger(i), i, 1);
    }
    assertThat(known()).contains(OURS.toString(), stranger(299).toString()).hasSize(111);
    assertThat(registry.forgotten()).isEqualTo(190);
  }

  @Test
  void aPeerWithLongTextsTakesTheRoomOfSeveral() {
    fleetOfOne();
    for (int i = 0; i < 100; i++) {
      beat(stranger(i), i, 64);
    }
    int heavy = known().size() - 1;
    assertThat(heavy).isBetween(10, 20);
    // They send shorter texts, and others fit again.
    for (int i = 100 - heavy; i < 300; i++) {
      beat(stranger(i), i, 1);
    }
    assertThat(known()).hasSizeGreaterThan(100);
  }

  @Test
  void aNodeWhoseTextsGrowIsNotTheOneToMakeRoom() {
    fleetOfOne();
    for (int i = 0; i < 110; i++) {
      beat(stranger(i), i, 1);
    }
    assertThat(known()).hasSize(111);
    beat(stranger(0), 0, 64);
    assertThat(known()).contains(stranger(0).toString()).doesNotContain(stranger(1).toString());
  }

  /** Without expected nodes, the peer without a beat for the longest time makes room. */
  @Test
  void anOpenFleetHasTheSameRoom() {
    for (int i = 0; i < 300; i++) {
      beat(stranger(i), i, 1);
    }
    assertThat(known())
        .hasSizeBetween(100, 115)
        .contains(stranger(299).toString())
        .doesNotContain(stranger(0).toString());
  }

  @Test
  void anExpectedNodeIsNotForgottenHoweverLongItsTexts() {
    fleetOfOne();
    beat(OURS, 0, 64);
    registry.membership(Membership.OPEN, at(second));
    for (int i = 0; i < 100; i++) {
      beat(stranger(i), i, 64);
    }
    assertThat(known()).doesNotContain(OURS.toString());
    fleetOfOne();
    assertThat(known()).contains(OURS.toString());
  }

  /** Expected nodes no longer count against the room. */
  @Test
  void expectedNodesNoLongerCountAgainstTheRoom() {
    Map<PeerId, Expected> expected =
        IntStream.range(0, 300)
            .boxed()
            .collect(
                Collectors.toMap(KnownRoomTest::stranger, i -> new Expected("n" + i, Map.of())));
    registry.membership(new Membership(Set.of(), Set.of(), expected), at(0));
    for (int i = 0; i < 300; i++) {
      beat(stranger(i), i, 1);
    }
    assertThat(known()).hasSize(300);
    fleetOfOne();
    assertThat(known()).hasSizeBetween(100, 115).contains(OURS.toString());
    for (int i = 0; i < 50; i++) {
      beat(stranger(1000 + i), i, 1);
    }
    assertThat(known()).hasSizeBetween(100, 115);
  }
}
