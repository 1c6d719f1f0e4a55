package fil.heartbeat.aggregator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.chain.Cid;
import fil.heartbeat.chain.Network;
import fil.heartbeat.chain.TipsetKey;
import fil.heartbeat.fleet.Expected;
import fil.heartbeat.fleet.FleetLimits;
import fil.heartbeat.fleet.FleetSettings;
import fil.heartbeat.libp2p.PeerId;
import fil.heartbeat.testing.RecordingHistory;
import fil.heartbeat.wire.Extras;
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
 * Judging only those whose time has come, and everybody in each second: two registries with the
 * same events must never differ. {@code -Ddue.seeds=5000} runs more of it, {@code -Ddue.first=17
 * -Ddue.seeds=1} one.
 */
class EvaluatorTest {
  private static final int SEEDS = Integer.getInteger("due.seeds", 60);
  private static final int FIRST = Integer.getInteger("due.first", 1);
  private static final int SECONDS = 420;
  private static final int PEERS = 9;
  private static final Instant START = Network.SIMULATED.genesisTime().plus(Duration.ofDays(30));

  static IntStream seeds() {
    return IntStream.range(FIRST, FIRST + SEEDS);
  }

  /** How one peer behaves now. */
  private static final class Actor {
    private final PeerId peer;
    private boolean connected;
    private boolean mute;
    private int late;
    private int period = 3;
    private String branch = "";
    private Heartbeat last = new Heartbeat("", 0, "", "", null, null);
    private String address = "/ip4/192.0.2.1/tcp/1";

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
    private final boolean known;
    private final Map<String, Node> followed = new HashMap<>();
    private long version;
    private long millis;
    private Duration wall = Duration.ZERO;

    private Pair(int seed) {
      random = new SplittableRandom(seed);
      known = random.nextInt(4) > 0;
      AggregatorSettings settings =
          new AggregatorSettings(
              known ? Optional.of(Network.SIMULATED) : Optional.empty(),
              FleetLimits.DEFAULT.withMaxNodes(PEERS - random.nextInt(2)),
              FleetSettings.DEFAULT);
      both = List.of(new Registry(settings, some, now()), new Registry(settings, all, now()));
      for (int i = 0; i < PEERS; i++) {
        actors.add(new Actor(SimulatedFleet.peer(seed, i)));
      }
    }

    private Moment now() {
      return new Moment(START.plusMillis(millis).plus(wall), millis * 1_000_000);
    }

    private void each(Consumer<Registry> event) {
      both.forEach(event);
    }

    private Actor any() {
      return actors.get(random.nextInt(actors.size()));
    }

    private Heartbeat beat(Actor actor) {
      SimulatedBlocks blocks =
          branches.computeIfAbsent(
              actor.branch, name -> new SimulatedBlocks(7, name, millis / 30_000 + 86_400));
      SimulatedBlocks.Head head =
          blocks.headAt(Duration.ofDays(30).toMillis() + millis, actor.late);
      Heartbeat beat =
          new Heartbeat(
              head.key(),
              head.height(),
              "n" + random.nextInt(40) / 39,
              random.nextInt(30) == 0 ? "f01" : "",
              null,
              random.nextInt(60) == 0);
      return random.nextInt(5) > 0 ? beat : beat.with(extras(head.height()));
    }

    private Extras extras(long height) {
      long last = height - 5 - random.nextInt(3);
      String fork = random.nextInt(40) == 0 ? "x" : "";
      return new Extras.Builder()
          .client("lotus")
          .version("1." + random.nextInt(30) / 29)
          .networkVersion(27)
          .upgrades(
              random.nextInt(10) == 0
                  ? List.of(new Extras.Upgrade("one", 100))
                  : List.of(
                      new Extras.Upgrade("one", 100), new Extras.Upgrade("two", 86_400 + 9_000)))
          .finalized(
              new Extras.Finalized(last, "{ " + Cid.ofBlock((last + fork).getBytes(UTF_8)) + " }"))
          .peers(random.nextInt(4))
          .balances(List.of(new Extras.Balance("f01", "worker", java.math.BigInteger.TEN, 3)))
          .build();
    }

    /** What happens to a peer once in a while. */
    private void turn(Actor actor) {
      Moment now = now();
      switch (random.nextInt(16)) {
        case 0, 1 -> {
          if (actor.connected) {
            String reason =
                List.of("", "RESET", "CONNECTION_LOST", "TIMEOUT").get(random.nextInt(4));
            each(to -> to.onClose(actor.peer, reason.isEmpty() ? null : reason, now));
            actor.connected = false;
          }
        }
        case 2 -> {
          if (actor.connected) {
            each(to -> to.onFarewell(actor.peer, actor.address, now));
            each(to -> to.onClose(actor.peer, null, now));
            actor.connected = false;
          }
        }
        case 3 -> each(to -> to.onArrive(actor.peer, now));
        case 4 -> each(to -> to.onDepart(actor.peer));
        case 5, 6 -> actor.mute = !actor.mute;
        case 7 -> actor.late = random.nextInt(300_000);
        case 8, 9 -> actor.late = 0;
        case 10 -> actor.branch = List.of("", "b", "c").get(random.nextInt(3));
        case 11 -> actor.branch = "";
        case 12 -> actor.period = 1 + random.nextInt(20);
        case 13 -> {
          if (actor.connected && !actor.mute) {
            each(to -> to.onBeat(actor.peer, actor.address, actor.last.asLast(), now));
          }
        }
        case 14 -> actor.address = "/ip4/192.0.2." + random.nextInt(3) + "/tcp/1";
        default -> {
          Heartbeat odd = new Heartbeat("", 0, "odd", "", "bafyodd", null);
          if (actor.connected) {
            each(to -> to.onBeat(actor.peer, actor.address, odd, now));
          }
        }
      }
    }

    /** What happens to all once in a while. */
    private void event() {
      Moment now = now();
      switch (random.nextInt(10)) {
        case 0 -> {
          Set<PeerId> deny = Set.of(any().peer);
          Map<PeerId, Expected> expected = new HashMap<>();
          for (int i = 0; i < random.nextInt(PEERS); i++) {
            expected.put(actors.get(i).peer, new Expected("e" + i, Map.of()));
          }
          Membership next =
              random.nextBoolean()
                  ? Membership.OPEN
                  : new Membership(Set.of(), random.nextBoolean() ? deny : Set.of(), expected);
          each(to -> to.membership(next, now));
        }
        case 1 -> {
          PeerId gone = any().peer;
          each(to -> assertThat(to.forget(gone.toString(), now)).isIn(true, false));
        }
        case 2 -> {
          Duration by = Duration.ofSeconds(random.nextInt(200) - 100);
          wall = wall.plus(by);
          Moment after = now();
          each(to -> to.stepped(new Clocks.Step(by, Duration.ZERO), after));
        }
        case 3 -> {
          long nanos = (1 + random.nextInt(2)) * 4_000_000_000L;
          each(to -> to.delayed(now, nanos));
        }
        case 4, 5, 6 -> {
          SimulatedBlocks.Head head =
              branches
                  .computeIfAbsent("", name -> new SimulatedBlocks(7, name, 0))
                  .headAt(Duration.ofDays(30).toMillis() + millis, 0);
          TipsetKey key = TipsetKey.parse(head.key());
          boolean says = random.nextBoolean();
          each(
              to ->
                  to.onReference(
                      "r",
                      new ReferenceNode.Answer(
                          null,
                          key,
                          head.height(),
                          says ? key : TipsetKey.EMPTY,
                          says ? head.height() : -1),
                      now));
        }
        case 7 -> each(to -> to.onReference("r", null, now));
        case 8 -> millis += random.nextInt(8) == 0 ? 300_000 : 1400;
        default -> wall = wall.plusMillis(random.nextInt(2800) - 1400);
      }
    }

    /** What somebody knows who asks for changes alone, as the feed does. */
    private void follow(int seed, int second) {
      Registry registry = both.get(0);
      List<String> none = new ArrayList<>();
      for (Registry each : both) {
        each.peers().updateTwins(now(), (peer, address) -> none.add(address));
      }
      if (registry.coversSince(version)) {
        registry.removedSince(version).forEach(followed::remove);
        List<Node> changed = registry.nodesSince(version);
        assertThat(changed.stream().map(Node::peerId)).doesNotHaveDuplicates();
        changed.forEach(node -> followed.put(node.peerId(), node));
      } else {
        followed.clear();
        registry.nodes().forEach(node -> followed.put(node.peerId(), node));
      }
      version = registry.version();
      Map<String, Node> all = new HashMap<>();
      registry.nodes().forEach(node -> all.put(node.peerId(), node));
      assertThat(followed.keySet()).as("seed %s, second %s", seed, second).isEqualTo(all.keySet());
      all.forEach(
          (peerId, node) -> {
            Node known = followed.getOrDefault(peerId, node);
            assertThat(known.verdict()).isEqualTo(node.verdict());
            assertThat(known.claims()).isEqualTo(node.claims());
            assertThat(known.conflicts()).isEqualTo(node.conflicts());
            assertThat(known.findings().sameButCount(node.findings())).isTrue();
            assertThat(String.join(" ", node.conflicts())).doesNotContain("by " + peerId);
          });
    }

    private void second(int number) {
      for (int tick = 0; tick < 10; tick++) {
        millis += 100;
        Moment now = now();
        each(to -> to.tick(now));
        for (Actor actor : actors) {
          if (random.nextInt(600) == 0) {
            turn(actor);
          }
          if (tick == actor.peer.hashCode() % 10 && number % actor.period == 0 && !actor.mute) {
            if (!actor.connected) {
              actor.connected = true;
              each(to -> to.onOpen(actor.peer, actor.address, now()));
            }
            actor.last = random.nextInt(20) > 0 ? beat(actor) : actor.last;
            each(to -> to.onBeat(actor.peer, actor.address, actor.last, now()));
          }
        }
      }
      if (random.nextInt(30) == 0) {
        event();
      }
      Moment now = now();
      // It changes nothing but that everybody is judged.
      both.get(1).onReference("nobody", null, now);
      each(to -> to.evaluate(now));
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
      pair.follow(seed, second);
      assertThat(pair.both.get(0).networks())
          .as("seed %s, second %s", seed, second)
          .isEqualTo(pair.both.get(1).networks());
    }
    assertThat(pair.some.changes).isEqualTo(pair.all.changes);
    assertThat(pair.some.rows).isEqualTo(pair.all.rows).isNotEmpty();
    assertThat(pair.some.nodes).isEqualTo(pair.all.nodes);
    assertThat(names(pair.some.upgrades)).isEqualTo(names(pair.all.upgrades));
  }

  /** Stored upgrades without the times at which they were named, which only need to be about so. */
  private static List<String> names(List<String> stored) {
    return stored.stream().map(each -> each.replaceAll(" \\d{4}-\\S+Z ", " ")).toList();
  }
}
