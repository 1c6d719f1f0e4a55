package fil.heartbeat.aggregator;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.chain.Network;
import fil.heartbeat.fleet.Standing;
import fil.heartbeat.history.NoHistory;
import fil.heartbeat.libp2p.PeerId;
import fil.heartbeat.wire.Extras;
import fil.heartbeat.wire.Heartbeat;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A stream brings the same object while its bytes are the same; its fields are all that counts. */
class RepeatedBeatsTest {
  private static final Instant T0 = Instant.parse("2026-01-05T12:00:00Z");
  private static final String HEAD = "{ " + Network.MAINNET.genesisCid() + " }";

  private static Moment at(long second) {
    return new Moment(T0.plusSeconds(second), second * 1_000_000_000L);
  }

  @ParameterizedTest
  @ValueSource(longs = {71, 72})
  void theSameObjectsAndEqualOnesGiveTheSameNodes(long seed) {
    Random random = new Random(seed);
    List<PeerId> peers = List.of(SimulatedFleet.peer(2, 0), SimulatedFleet.peer(2, 1));
    Registry same = registry(peers.get(0));
    Registry equal = registry(peers.get(0));
    List<Heartbeat> beats = beats();
    Heartbeat next = beats.get(0);
    for (int second = 1; second < 300; second++) {
      Moment now = at(second);
      PeerId peer = peers.get(random.nextInt(peers.size()));
      if (random.nextInt(4) == 0) {
        next = beats.get(random.nextInt(beats.size()));
      }
      switch (random.nextInt(24)) {
        case 0 -> both(same, equal, each -> each.onOpen(peer, "/ip4/192.0.2.1/tcp/1", now));
        case 1 -> both(same, equal, each -> each.onClose(peer, null, now));
        case 2 ->
            assertThat(same.forget(peer.toString(), now))
                .isEqualTo(equal.forget(peer.toString(), now));
        default -> {
          same.onBeat(peer, next, now);
          equal.onBeat(peer, copy(next), now);
        }
      }
      both(same, equal, each -> each.evaluate(now));
      assertThat(same.nodes()).as("seed %s, second %s", seed, second).isEqualTo(equal.nodes());
      assertThat(same.version()).isEqualTo(equal.version());
      assertThat(same.counts()).isEqualTo(equal.counts());
    }
  }

  private static Registry registry(PeerId known) {
    Registry registry = new Registry(AggregatorSettings.DEFAULT, new NoHistory(), at(0));
    registry.membership(new Membership(Set.of(known), Set.of(), Map.of()), at(0));
    return registry;
  }

  private static void both(Registry one, Registry other, Consumer<Registry> what) {
    what.accept(one);
    what.accept(other);
  }

  /** Each differs in one claim from the first or the one before it. */
  private static List<Heartbeat> beats() {
    String genesis = Network.MAINNET.genesisCid().toString();
    Heartbeat plain = new Heartbeat(HEAD, 1000, "n", "f01", genesis, false);
    List<Heartbeat> beats = new ArrayList<>(List.of(plain, plain.asLast()));
    beats.add(plain.with(new Extras.Builder().peers(85).build()));
    beats.add(plain.with(new Extras.Builder().client("lotus").build()));
    beats.add(new Heartbeat(HEAD, 1001, "n", "f01", genesis, false));
    beats.add(new Heartbeat("{ }", 1000, "n", "f01", genesis, false));
    beats.add(new Heartbeat(HEAD, 1000, "m", "f01", genesis, false));
    beats.add(new Heartbeat(HEAD, 1000, "n", "", genesis, false));
    beats.add(new Heartbeat(HEAD, 1000, "n", "f01", null, false));
    beats.add(new Heartbeat(HEAD, 1000, "n", "f01", genesis, null));
    beats.add(new Heartbeat("no head", 1000, "n", "f01", genesis, null));
    beats.add(beats.get(4).with(new Extras.Builder().peers(86).build()));
    return beats;
  }

  /** Another object, with other objects for its texts. */
  private static Heartbeat copy(Heartbeat beat) {
    String genesis = beat.genesisCid();
    return new Heartbeat(
        text(beat.head()),
        beat.height(),
        text(beat.nickname()),
        text(beat.minerAddress()),
        genesis == null ? null : text(genesis),
        beat.syncing(),
        beat.extras(),
        beat.diagnostic(),
        beat.stopping());
  }

  private static String text(String of) {
    return new String(of.toCharArray());
  }

  /** Cleaning texts is most of the work of a new head. */
  @Test
  void textsThatDidNotChangeAreNotCleanedAgain() {
    PeerEntry entry =
        new PeerEntry(SimulatedFleet.peer(2, 0), new BeatBudget(60, at(0).nanos()), at(0));
    entry.stand(Standing.VOTER);
    KnownHeads heads = new KnownHeads();
    entry.claim(beat(1, "n\u0007", "f\u0007", "g\u0007"), heads.of("{ }"));
    Claims before = entry.claims;
    assertThat(before.minerAddress()).isEqualTo("f\ufffd");
    entry.claim(beat(2, "n\u0007", "f\u0007", "g\u0007"), heads.of(HEAD));
    assertThat(entry.claims.height()).isEqualTo(2);
    assertThat(entry.claims.nickname()).isSameAs(before.nickname());
    assertThat(entry.claims.minerAddress()).isSameAs(before.minerAddress());
    assertThat(entry.claims.genesisCid()).isSameAs(before.genesisCid());
    entry.claim(beat(3, "m\u0007", "", null), heads.of(HEAD));
    entry.claim(beat(4, "n\u0007", "f\u0007", "g\u0007"), heads.of(HEAD));
    assertThat(entry.claims.sameButHead(before)).isTrue();
  }

  private static Heartbeat beat(
      long height, String nickname, String miner, @Nullable String genesis) {
    return new Heartbeat("{ }", height, nickname, miner, genesis, null);
  }

  /** Two objects for each text of each node cost memory for each node. */
  @Test
  void aCleanTextIsStoredOnce() {
    PeerEntry entry =
        new PeerEntry(SimulatedFleet.peer(2, 0), new BeatBudget(60, at(0).nanos()), at(0));
    Heartbeat beat = beat(1, "alice", "f01", "bafy");
    entry.claim(beat, new KnownHeads().of("{ }"));
    assertThat(entry.claims.nickname()).isSameAs(beat.nickname());
    assertThat(entry.claims.minerAddress()).isSameAs(beat.minerAddress());
    assertThat(entry.claims.genesisCid()).isSameAs(beat.genesisCid());
  }
}
