package fil.heartbeat.aggregator;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.chain.Network;
import fil.heartbeat.chain.TipsetKey;
import fil.heartbeat.fleet.Expected;
import fil.heartbeat.fleet.FleetLimits;
import fil.heartbeat.fleet.FleetSettings;
import fil.heartbeat.libp2p.PeerId;
import fil.heartbeat.testing.RecordingHistory;
import fil.heartbeat.wire.Heartbeat;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Judging only those whom new heads concern, and everybody: in a fleet of which most nodes are well
 * most of the time, so that the first is what happens in nearly each second. {@code
 * -Drejudging.seeds=500} runs more of it.
 */
class RejudgingTest {
  private static final int SEEDS = Integer.getInteger("rejudging.seeds", 6);
  private static final int FIRST = Integer.getInteger("rejudging.first", 1);
  private static final int SECONDS = 900;
  private static final int PEERS = 40;
  private static final Instant START = Network.SIMULATED.genesisTime().plus(Duration.ofDays(30));
  private static final long START_MILLIS = Duration.ofDays(30).toMillis();

  static IntStream seeds() {
    return IntStream.range(FIRST, FIRST + SEEDS);
  }

  private static final class Actor {
    private final PeerId peer;
    private boolean mute;
    private boolean connected;
    private int late;
    private String branch = "";

    private Actor(PeerId peer) {
      this.peer = peer;
    }
  }

  /** Two registries, of which the second judges everybody each second. */
  private static final class Pair {
    private final SplittableRandom random;
    private final RecordingHistory some = new RecordingHistory();
    private final RecordingHistory all = new RecordingHistory();
    private final List<Registry> both;
    private final List<Actor> actors = new ArrayList<>();
    private final Map<String, SimulatedBlocks> branches = new HashMap<>();
    private final int miners;
    private final boolean references;
    private long millis;

    private Pair(int seed) {
      random = new SplittableRandom(seed);
      miners = random.nextBoolean() ? PEERS : PEERS / 2;
      references = random.nextInt(3) == 0;
      AggregatorSettings settings =
          new AggregatorSettings(
              Optional.of(Network.SIMULATED), FleetLimits.DEFAULT, FleetSettings.DEFAULT);
      both = List.of(new Registry(settings, some, now()), new Registry(settings, all, now()));
      for (int i = 0; i < PEERS; i++) {
        actors.add(new Actor(SimulatedFleet.peer(seed, i)));
        actors.get(i).late = random.nextInt(2000) - 500;
      }
      if (random.nextBoolean()) {
        Map<PeerId, Expected> expected = new HashMap<>();
        for (int i = 0; i < PEERS - 8; i++) {
          expected.put(actors.get(i).peer, new Expected("e" + i, Map.of()));
        }
        Membership named = new Membership(Set.of(), Set.of(), expected);
        each(to -> to.membership(named, now()));
      }
    }

    private Moment now() {
      return new Moment(START.plusMillis(millis), millis * 1_000_000);
    }

    private void each(Consumer<Registry> event) {
      both.forEach(event);
    }

    private SimulatedBlocks.Head head(String branch, int late) {
      return branches
          .computeIfAbsent(branch, name -> new SimulatedBlocks(7, name, millis / 30_000 + 86_400))
          .headAt(START_MILLIS + millis, late);
    }

    private void beat(Actor actor, int number) {
      if (!actor.connected) {
        actor.connected = true;
        each(to -> to.onOpen(actor.peer, "/ip4/192.0.2.1/tcp/1", now()));
      }
      SimulatedBlocks.Head head = head(actor.branch, actor.late);
      Heartbeat beat =
          new Heartbeat(
              head.key(), head.height(), "n" + number, "f0" + number % miners, null, false);
      each(to -> to.onBeat(actor.peer, "/ip4/192.0.2.1/tcp/1", beat, now()));
    }

    private void turn(Actor actor) {
      switch (random.nextInt(8)) {
        case 0 -> actor.mute = true;
        case 1 -> actor.late = random.nextInt(1_200_000);
        case 2 -> actor.late = -40_000;
        case 3 -> actor.branch = "b";
        case 4 -> {
          if (actor.connected) {
            actor.connected = false;
            each(to -> to.onClose(actor.peer, null, now()));
          }
        }
        default -> {
          actor.mute = false;
          actor.branch = "";
          actor.late = random.nextInt(2000) - 500;
        }
      }
    }

    private void second(int number) {
      for (int tick = 0; tick < 10; tick++) {
        millis += 100;
        each(to -> to.tick(now()));
        for (int i = 0; i < PEERS; i++) {
          if ((number + i) % 3 == 0 && tick == i % 10 && !actors.get(i).mute) {
            beat(actors.get(i), i);
          }
        }
      }
      if (random.nextInt(20) == 0) {
        turn(actors.get(random.nextInt(PEERS)));
      }
      if (random.nextInt(300) == 0) {
        // Many at once leave the majority, or return to it.
        String branch = random.nextBoolean() ? "b" : "";
        actors.stream().filter(each -> random.nextInt(3) > 0).forEach(each -> each.branch = branch);
      }
      if (references && random.nextInt(60) == 0) {
        SimulatedBlocks.Head head = head("", 0);
        TipsetKey key = TipsetKey.parse(head.key());
        ReferenceNode.Answer answer =
            new ReferenceNode.Answer(null, key, head.height(), key, head.height() - 1);
        each(to -> to.onReference("r", answer, now()));
      }
      // It changes nothing but that everybody is judged.
      both.get(1).onReference("nobody", null, now());
      each(to -> to.evaluate(now()));
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void theSameIsFoundAsByJudgingEverybody(int seed) {
    Pair pair = new Pair(seed);
    for (int second = 1; second <= SECONDS; second++) {
      pair.second(second);
      assertThat(pair.both.get(0).nodes())
          .as("seed %s, second %s", seed, second)
          .isEqualTo(pair.both.get(1).nodes());
      assertThat(pair.both.get(0).networks())
          .as("seed %s, second %s", seed, second)
          .isEqualTo(pair.both.get(1).networks());
    }
    assertThat(pair.some.changes).isEqualTo(pair.all.changes).isNotEmpty();
    assertThat(pair.some.rows).isEqualTo(pair.all.rows).isNotEmpty();
  }
}
