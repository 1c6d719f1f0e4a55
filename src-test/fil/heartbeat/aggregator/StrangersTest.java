package fil.heartbeat.aggregator;

import static fil.heartbeat.aggregator.BesideStrangers.EPOCH_SECONDS;
import static fil.heartbeat.aggregator.BesideStrangers.epoch;
import static fil.heartbeat.aggregator.BesideStrangers.fillers;
import static fil.heartbeat.aggregator.BesideStrangers.fleetHead;
import static fil.heartbeat.aggregator.BesideStrangers.head;
import static fil.heartbeat.aggregator.BesideStrangers.strangers;
import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.aggregator.BesideStrangers.Naming;
import fil.heartbeat.aggregator.BesideStrangers.Strangers;
import fil.heartbeat.aggregator.BesideStrangers.Told;
import fil.heartbeat.chain.Cid;
import fil.heartbeat.fleet.NetworkReport;
import fil.heartbeat.fleet.State;
import fil.heartbeat.fleet.Verdict;
import fil.heartbeat.libp2p.PeerId;
import fil.heartbeat.wire.Heartbeat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever strangers send, no report about a named fleet changes. */
class StrangersTest {
  private static final int EPOCHS = 18;
  private static final int NODES = 12;

  @ParameterizedTest
  @CsvSource({
    "ALLOWED, 64, false",
    "ALLOWED, 64, true",
    "EXPECTED, 64, false",
    "EXPECTED, 64, true",
    "EXPECTED, 1000, false",
    "EXPECTED_AND_ALLOWED, 64, false",
    "EXPECTED_AND_ALLOWED, 1000, true",
  })
  void strangersThatFillEveryHeightFirstChangeNothing(Naming naming, int count, boolean reference) {
    List<PeerId> peers = strangers(count);
    Set<PeerId> all = new LinkedHashSet<>(peers);
    List<Told> without =
        new BesideStrangers(naming, NODES, reference, all).live(EPOCHS, Strangers.NONE);
    List<Told> with =
        new BesideStrangers(naming, NODES, reference, all).live(EPOCHS, fillers(peers));
    hadTroubles(without);
    assertSame(with, without);
  }

  /** Checks that the compared runs contain incidents. */
  private static void hadTroubles(List<Told> told) {
    assertThat(told)
        .anyMatch(each -> state(each, BesideStrangers.FORKED) == State.FORKED)
        .anyMatch(each -> state(each, BesideStrangers.STALLED) == State.STALLED)
        .anyMatch(each -> state(each, BesideStrangers.AWAY) == State.DISCONNECTED)
        .anyMatch(each -> each.report() != null && each.report().votes().inDispute() == 1);
    Told last = told.get(told.size() - 1);
    assertThat(Objects.requireNonNull(last.report()).votes().inConsensus()).isEqualTo(NODES);
  }

  private static State state(Told told, int node) {
    Verdict verdict = told.verdicts().get(node);
    return verdict == null ? State.MISSING : verdict.state();
  }

  private static void assertSame(List<Told> with, List<Told> without) {
    for (int i = 0; i < without.size(); i++) {
      assertThat(with.get(i)).isEqualTo(without.get(i));
    }
  }

  /** In an open fleet all peers vote; the honest ones are the majority. */
  @ParameterizedTest
  @CsvSource({"80, 64", "120, 100", "400, 350"})
  void inAnOpenFleetTheHeadsOfTheMajorityAreNotDisplaced(int honest, int count) {
    BesideStrangers fleet = new BesideStrangers(Naming.OPEN, honest, false, Set.of());
    List<Told> told = fleet.live(EPOCHS, fillers(strangers(count)));
    for (Told each : told.subList(2 * EPOCH_SECONDS, told.size())) {
      for (int i = 3; i < honest; i++) {
        assertThat(state(each, i)).as("node %s at %s", i, each.second()).isEqualTo(State.OK);
      }
      NetworkReport report = Objects.requireNonNull(each.report());
      assertThat(report.heights().reference()).isNotNull();
      if (each.second() % EPOCH_SECONDS == EPOCH_SECONDS - 1) {
        // Until the honest nodes arrive at a height, the earlier ones are the majority there.
        assertThat(report.votes().inConsensus())
            .as("%s", each.second())
            .isGreaterThanOrEqualTo(honest - 3);
      }
    }
    assertThat(told).anyMatch(each -> state(each, BesideStrangers.FORKED) == State.FORKED);
    assertThat(told).anyMatch(each -> state(each, BesideStrangers.STALLED) == State.STALLED);
    for (PeerId stranger : strangers(count)) {
      Node node = Objects.requireNonNull(fleet.registry.node(stranger.toString()));
      assertThat(node.state()).isNotEqualTo(State.OK);
    }
  }

  static Stream<Long> seeds() {
    return Stream.iterate(1L, seed -> seed + 1).limit(12);
  }

  /** A mix of everything that a stranger may send. */
  private static Strangers anything(List<PeerId> peers, long seed, List<String> genesis) {
    SplittableRandom random = new SplittableRandom(seed);
    return (registry, second, now) -> {
      for (int n = random.nextInt(peers.size()); n > 0; n--) {
        PeerId peer = peers.get(random.nextInt(peers.size()));
        int action = random.nextInt(20);
        if (action == 0) {
          registry.onClose(peer, null, now);
        } else if (action < 3 || second == 0) {
          registry.onOpen(peer, "/ip4/192.0.2.2/tcp/1", now);
        } else {
          registry.onBeat(peer, anyBeat(random, epoch(second), genesis), now);
        }
      }
    };
  }

  private static Heartbeat anyBeat(SplittableRandom random, long epoch, List<String> genesis) {
    long height =
        switch (random.nextInt(10)) {
          case 0 -> 1 + random.nextLong(1L << 40);
          case 1 -> Math.max(1, epoch - random.nextInt(1000));
          case 2 -> 0;
          case 3, 4 -> epoch - 1;
          case 5 -> epoch - random.nextInt(5);
          case 6 -> epoch + 2 + random.nextInt(800);
          default -> epoch + random.nextInt(2);
        };
    String head =
        switch (random.nextInt(6)) {
          case 0 -> "{ }";
          case 1 -> fleetHead(height, random.nextBoolean());
          // Tries to join the fleet's branch with that of the forked node.
          case 2 -> head("a" + height, "x" + height);
          case 3 -> head("x" + height);
          case 4 -> head("lone" + random.nextLong());
          default -> head("evil" + height, "evil" + random.nextInt(3));
        };
    return new Heartbeat(
        head,
        height,
        "node-" + random.nextInt(NODES),
        random.nextBoolean() ? "f01000" : "f0" + random.nextInt(9),
        random.nextInt(4) == 0
            ? Cid.ofBlock(new byte[] {(byte) random.nextInt(100)}).toString()
            : genesis.get(random.nextInt(genesis.size())),
        random.nextBoolean());
  }

  private static final List<String> NO_GENESIS = java.util.Arrays.asList((String) null);

  @ParameterizedTest
  @MethodSource("seeds")
  void noMixOfStrangersChangesAnything(long seed) {
    List<PeerId> peers = strangers(150);
    Naming naming = seed % 3 == 0 ? Naming.EXPECTED_AND_ALLOWED : Naming.EXPECTED;
    boolean reference = seed % 2 == 0;
    Set<PeerId> all = Set.copyOf(peers);
    List<Told> without =
        new BesideStrangers(naming, NODES, reference, all).live(EPOCHS, Strangers.NONE);
    List<Told> with =
        new BesideStrangers(naming, NODES, reference, all)
            .live(EPOCHS, anything(peers, seed, NO_GENESIS));
    hadTroubles(without);
    assertSame(with, without);
  }

  /** Without a known clock heights are trusted even less: only voters show which are plausible. */
  @ParameterizedTest
  @MethodSource("seeds")
  void noMixOfStrangersChangesAnythingWithoutAConfiguredNetwork(long seed) {
    String own = Cid.ofBlock(new byte[] {7, 7}).toString();
    List<PeerId> peers = strangers(150);
    List<Told> without = unconfigured(own).live(EPOCHS, Strangers.NONE);
    List<Told> with = unconfigured(own).live(EPOCHS, anything(peers, seed, List.of(own)));
    hadTroubles(without);
    assertSame(with, without);
  }

  private static BesideStrangers unconfigured(String genesis) {
    return new BesideStrangers(
        Naming.EXPECTED, NODES, false, Set.of(), Optional.empty(), 50_000, genesis);
  }

  @Test
  void madeUpNetworksTakeNoPlaceFromTheFleets() {
    String own = Cid.ofBlock(new byte[] {7, 7}).toString();
    List<PeerId> peers = strangers(200);
    Strangers makers =
        (registry, second, now) -> {
          if (second == 0) {
            for (int i = 0; i < peers.size(); i++) {
              registry.onOpen(peers.get(i), "/ip4/192.0.2.2/tcp/1", now);
              String made = Cid.ofBlock(new byte[] {1, (byte) i}).toString();
              registry.onBeat(
                  peers.get(i), new Heartbeat(head("m"), 1000, "", "", made, null), now);
            }
          }
        };
    List<Told> without = unconfigured(own).live(EPOCHS, Strangers.NONE);
    BesideStrangers beside = unconfigured(own);
    assertSame(beside.live(EPOCHS, makers), without);
    assertThat(beside.registry.networks().get(0).genesisCid()).isEqualTo(own);
  }

  @Test
  void fiftyThousandIdsPushOutNoMonitoredNode() {
    BesideStrangers beside =
        new BesideStrangers(
            Naming.EXPECTED,
            NODES,
            false,
            Set.of(),
            Optional.of(fil.heartbeat.chain.Network.SIMULATED),
            100,
            null);
    List<Told> without =
        new BesideStrangers(Naming.EXPECTED, NODES, false, Set.of()).live(EPOCHS, Strangers.NONE);
    int[] next = {0};
    List<Told> with =
        beside.live(
            EPOCHS,
            (registry, second, now) -> {
              for (int i = 0; i < 100; i++) {
                PeerId peer = SimulatedFleet.peer(667, next[0]++);
                long height = epoch(second);
                registry.onBeat(
                    peer, new Heartbeat(head("e" + height), height, "", "", null, null), now);
              }
            });
    assertThat(next[0]).isGreaterThanOrEqualTo(50_000);
    assertSame(with, without);
    assertThat(beside.registry.nodes()).hasSize(100);
    assertThat(beside.history.forgotten)
        .doesNotContainAnyElementsOf(beside.fleet.stream().map(PeerId::toString).toList());
  }
}
