package fil.heartbeat.aggregator;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.chain.Cid;
import fil.heartbeat.chain.Network;
import fil.heartbeat.fleet.NetworkReport;
import fil.heartbeat.fleet.State;
import fil.heartbeat.history.RestoredState;
import fil.heartbeat.libp2p.PeerId;
import fil.heartbeat.testing.RecordingHistory;
import fil.heartbeat.wire.Heartbeat;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A fleet with every kind of incident, whose aggregator is killed and restarted. */
class RestartTest {
  /** The start of an epoch. */
  private static final Instant T0 =
      Network.SIMULATED.clock().startOf(Network.SIMULATED.genesisTime().getEpochSecond() / 1000);

  private static final long EPOCH = Network.SIMULATED.clock().epochAt(T0);
  private static final int HEALTHY = 6;
  private static final List<State> TROUBLES =
      List.of(State.FORKED, State.STALLED, State.BEHIND, State.NO_HEAD, State.SILENT);
  private static final int ALIVE = HEALTHY + TROUBLES.indexOf(State.SILENT);

  private final RecordingHistory history = new RecordingHistory();

  private static Moment at(long second) {
    return new Moment(T0.plusSeconds(second), second * 1_000_000_000L);
  }

  private static PeerId peer(int node) {
    return SimulatedFleet.peer(21, node);
  }

  private static State expected(int node) {
    return node < HEALTHY ? State.OK : TROUBLES.get(node - HEALTHY);
  }

  /** A node's beat; it learns of an epoch's blocks ten seconds into it. */
  private static Heartbeat beat(int node, long second) {
    State trouble = expected(node);
    long height = EPOCH + Math.floorDiv(second - 10, 30L);
    if (trouble == State.STALLED) {
      height = EPOCH + 4;
    } else if (trouble == State.BEHIND) {
      height -= 7;
    }
    String chain = trouble == State.FORKED ? "theirs" : "ours";
    Cid block = Cid.ofBlock((chain + height).getBytes(StandardCharsets.UTF_8));
    boolean headless = trouble == State.NO_HEAD;
    return new Heartbeat(
        headless ? "{ }" : "{ " + block + " }",
        headless ? 0 : height,
        "node-" + node,
        "",
        Network.SIMULATED.genesisCid().toString(),
        null);
  }

  private Registry start(long second) {
    Registry registry = begin(second);
    for (int node = 0; node < HEALTHY + TROUBLES.size(); node++) {
      open(registry, node, second);
    }
    return registry;
  }

  private static void open(Registry registry, int node, long second) {
    registry.onOpen(peer(node), "/ip4/192.0.2.1/tcp/1", at(second));
  }

  private Registry begin(long second) {
    Registry registry =
        new Registry(
            AggregatorSettings.DEFAULT.withNetwork(Optional.of(Network.SIMULATED)),
            history,
            at(second));
    registry.restore(new RestoredState(List.copyOf(history.nodes.values()), Map.of()), at(second));
    return registry;
  }

  private static void live(Registry registry, long second, boolean all) {
    if (second % 3 == 0) {
      for (int node = 0; node < (all ? HEALTHY + TROUBLES.size() : ALIVE); node++) {
        registry.onBeat(peer(node), beat(node, second), at(second));
      }
    }
    registry.evaluate(at(second));
  }

  private static Node node(Registry registry, int node) {
    return Objects.requireNonNull(registry.node(peer(node).toString()));
  }

  /** Returns the first height of the fleet's fork as reported now. */
  private static @Nullable Long partedAt(Registry registry) {
    return registry.networks().stream()
        .flatMap(network -> network.branches().stream())
        .map(NetworkReport.Branch::firstDifferentHeight)
        .filter(Objects::nonNull)
        .findFirst()
        .orElse(null);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 3, 6, 9, 11, 12, 13, 15, 18, 21, 24, 27, 29})
  void noStateChangesWhateverTheSecondOfTheRestart(long second) {
    Registry before = start(0);
    long end = 600 + second;
    for (long now = 0; now < end; now++) {
      live(before, now, now < 300);
    }
    Map<Integer, Instant> since = new java.util.HashMap<>();
    for (int i = 0; i < HEALTHY + TROUBLES.size(); i++) {
      assertThat(node(before, i).state()).as("node %s", i).isEqualTo(expected(i));
      since.put(i, node(before, i).verdict().since());
    }
    int changes = history.changes.size();
    Long parted = partedAt(before);
    assertThat(parted).isNotNull();
    Registry after = start(end + 5);
    for (long now = end + 5; now < end + 205; now++) {
      live(after, now, false);
      boolean warming = now < end + 35;
      if (warming) {
        // The states before the restart are reported until the present ones are known.
        Warmup warmup = after.warmup(at(now)).orElseThrow();
        assertThat(warmup.left()).isEqualTo(Duration.ofSeconds(end + 35 - now));
        assertThat(warmup.before()).containsEntry(State.OK, HEALTHY).hasSize(TROUBLES.size() + 1);
      } else {
        assertThat(after.warmup(at(now))).isEmpty();
      }
      for (int i = 0; i < HEALTHY + TROUBLES.size(); i++) {
        State state = node(after, i).state();
        if (!warming || state != State.UNKNOWN) {
          assertThat(state).as("node %s at %s", i, now - end).isEqualTo(expected(i));
          assertThat(node(after, i).verdict().since()).as("node %s", i).isEqualTo(since.get(i));
        }
      }
    }
    assertThat(partedAt(after)).isEqualTo(parted);
    assertThat(node(after, HEALTHY + TROUBLES.indexOf(State.FORKED)).verdict().reason())
        .endsWith("from height " + parted);
    assertThat(history.changes).hasSize(changes);
  }

  /**
   * Lag can be measured once enough nodes are back, perhaps right before judging begins: a state
   * from before the restart returns without a waiting time.
   */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void noStateChangesHoweverLateNodesReturn(int seed) {
    Random random = new Random(seed);
    Registry registry = start(0);
    for (long now = 0; now < 600; now++) {
      live(registry, now, now < 300);
    }
    int changes = history.changes.size();
    long end = 600;
    for (int restart = 0; restart < 3; restart++) {
      long start = end + 5;
      long[] back = random.longs(HEALTHY + TROUBLES.size(), start, start + 28).toArray();
      registry = begin(start);
      end = start + 100 + random.nextInt(30);
      for (long now = start; now < end; now++) {
        for (int i = 0; i < back.length; i++) {
          if (now == back[i]) {
            open(registry, i, now);
          }
          if (now >= back[i] && i < ALIVE && now % 3 == 0) {
            registry.onBeat(peer(i), beat(i, now), at(now));
          }
        }
        registry.evaluate(at(now));
        for (int i = 0; i < back.length; i++) {
          Node node = node(registry, i);
          assertThat(node.lastState()).as("node %s at %s", i, now - start).isEqualTo(expected(i));
        }
      }
    }
    assertThat(history.changes).hasSize(changes);
  }
}
