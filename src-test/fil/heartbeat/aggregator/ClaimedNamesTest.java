package fil.heartbeat.aggregator;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.fleet.Expected;
import fil.heartbeat.history.NoHistory;
import fil.heartbeat.libp2p.PeerId;
import fil.heartbeat.wire.Extras;
import fil.heartbeat.wire.Heartbeat;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A stranger that claims the name of a node that was never seen. */
class ClaimedNamesTest {
  private static final Instant T0 = Instant.parse("2026-01-05T12:00:00Z");
  private static final PeerId OURS = SimulatedFleet.peer(1, 0);
  private static final PeerId STRANGER = SimulatedFleet.peer(1, 1);

  private final Registry registry =
      new Registry(AggregatorSettings.DEFAULT, new NoHistory(), at(0));

  private static Moment at(int second) {
    return new Moment(T0.plusSeconds(second), second * 1_000_000_000L);
  }

  private static Membership named(String name) {
    return new Membership(Set.of(), Set.of(), Map.of(OURS, new Expected(name, Map.of())));
  }

  private List<String> conflicts(PeerId peer) {
    return Objects.requireNonNull(registry.node(peer.toString())).conflicts();
  }

  @Test
  void isInConflictAloneForAsLongAsTheNameIsGiven() {
    registry.membership(named("lotus-01"), at(0));
    registry.onOpen(STRANGER, "/ip4/192.0.2.1/tcp/1", at(1));
    registry.onBeat(STRANGER, new Heartbeat("", 0, "lotus-01", "", null, null), at(1));
    assertThat(conflicts(STRANGER)).containsExactly("nickname lotus-01 is the name of " + OURS);
    assertThat(conflicts(OURS)).isEmpty();
    registry.membership(named("lotus-02"), at(2));
    assertThat(conflicts(STRANGER)).isEmpty();
    registry.membership(named("lotus-01"), at(3));
    registry.onOpen(OURS, "/ip4/192.0.2.2/tcp/1", at(4));
    registry.onBeat(OURS, new Heartbeat("", 0, "lotus-01", "", null, null), at(4));
    assertThat(conflicts(STRANGER)).hasSize(1);
    assertThat(conflicts(OURS)).isEmpty();
  }

  private static Heartbeat beat(String miner, String... all) {
    return new Heartbeat("", 0, "", miner, null, null)
        .with(new Extras.Builder().peers(7).minerAddresses(List.of(all)).build());
  }

  /** Each miner of a node is a claim of its own. */
  @Test
  void isInConflictAboutTheSecondMinerOfANode() {
    registry.membership(named("lotus-01"), at(0));
    registry.onOpen(OURS, "/ip4/192.0.2.2/tcp/1", at(1));
    registry.onBeat(OURS, beat("f01000", "f01000", "f02000"), at(1));
    registry.onOpen(STRANGER, "/ip4/192.0.2.1/tcp/1", at(1));
    registry.onBeat(STRANGER, beat("f02000"), at(1));
    assertThat(conflicts(STRANGER))
        .containsExactly("miner address f02000 is also claimed by " + OURS);
    assertThat(conflicts(OURS)).isEmpty();
    registry.onBeat(OURS, beat("f01000"), at(2));
    assertThat(conflicts(STRANGER)).isEmpty();
  }

  @Test
  void isInConflictWithTheSecondMinerInAnOpenFleet() {
    registry.onOpen(OURS, "/ip4/192.0.2.2/tcp/1", at(1));
    registry.onBeat(OURS, beat("f01000", "f01000", "f02000"), at(1));
    registry.onOpen(STRANGER, "/ip4/192.0.2.1/tcp/1", at(1));
    registry.onBeat(STRANGER, beat("f03000", "f03000", "f02000"), at(1));
    assertThat(conflicts(STRANGER))
        .containsExactly("miner address f02000 is also claimed by " + OURS);
    assertThat(conflicts(OURS))
        .containsExactly("miner address f02000 is also claimed by " + STRANGER);
  }

  /** The members in which it named its second miner are too old. */
  @Test
  void isInConflictAboutTheSecondMinerWhileItIsReported() {
    registry.onOpen(OURS, "/ip4/192.0.2.2/tcp/1", at(1));
    registry.onBeat(OURS, beat("f01000", "f01000", "f02000"), at(1));
    registry.onOpen(STRANGER, "/ip4/192.0.2.1/tcp/1", at(1));
    registry.onBeat(STRANGER, new Heartbeat("", 0, "", "f02000", null, null), at(1));
    assertThat(conflicts(STRANGER)).hasSize(1);
    registry.evaluate(at(3_600));
    assertThat(conflicts(STRANGER)).isEmpty();
  }

  @Test
  void isAConflictBesideThatOfAMinerOfTheSamePeer() {
    registry.membership(named("lotus-01"), at(0));
    registry.onOpen(OURS, "/ip4/192.0.2.2/tcp/1", at(1));
    registry.onBeat(OURS, new Heartbeat("", 0, "another", "f01000", null, null), at(1));
    registry.onOpen(STRANGER, "/ip4/192.0.2.1/tcp/1", at(1));
    registry.onBeat(STRANGER, new Heartbeat("", 0, "lotus-01", "f01000", null, null), at(1));
    assertThat(conflicts(STRANGER))
        .containsExactly(
            "miner address f01000 is also claimed by " + OURS,
            "nickname lotus-01 is the name of " + OURS);
    assertThat(conflicts(OURS)).isEmpty();
  }

  /** Joiners are invisible: a name with one looks the same as without. */
  @Test
  void isInConflictUnderANameThatLooksTheSame() {
    registry.membership(named("lotus-one"), at(0));
    registry.onOpen(STRANGER, "/ip4/192.0.2.1/tcp/1", at(1));
    registry.onBeat(STRANGER, new Heartbeat("", 0, "lo\u200Dtus-one", "", null, null), at(1));
    assertThat(conflicts(STRANGER))
        .containsExactly("nickname lo\u200Dtus-one is the name of " + OURS);
    registry.onOpen(OURS, "/ip4/192.0.2.2/tcp/1", at(2));
    registry.onBeat(OURS, new Heartbeat("", 0, "lotus\u200C-one", "", null, null), at(2));
    registry.membership(named("lo\u200Ctus-one"), at(3));
    assertThat(conflicts(STRANGER)).hasSize(1);
    assertThat(conflicts(OURS)).isEmpty();
  }
}
