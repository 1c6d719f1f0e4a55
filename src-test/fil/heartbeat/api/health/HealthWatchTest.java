package fil.heartbeat.api.health;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.api.HttpSide;
import fil.heartbeat.api.access.HealthChanges;
import fil.heartbeat.fleet.Finality;
import fil.heartbeat.fleet.NetworkReport;
import fil.heartbeat.fleet.State;
import fil.heartbeat.testing.FleetFixtures;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HealthWatchTest {
  private static final Instant NOW = FleetFixtures.NOW;

  /** In consensus. */
  private static final NetworkReport NETWORK = FleetFixtures.report(false);

  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void close() {
    HttpSide.await(vertx.close());
  }

  private static HealthChanges.Member node(String peerId, @Nullable String genesis, State state) {
    return new HealthChanges.Member(peerId, Optional.empty(), genesis, state, state, NOW);
  }

  private HealthWatch watch(HealthChanges.Member... nodes) {
    return watch(NETWORK, nodes);
  }

  private HealthWatch watch(NetworkReport network, HealthChanges.Member... nodes) {
    HealthWatch watch =
        new HealthWatch(
            vertx,
            version ->
                Future.succeededFuture(
                    new HealthChanges(
                        NOW, 1, false, true, List.of(network), List.of(nodes), List.of())),
            () -> 0,
            () -> {});
    HttpSide.await(watch.start());
    watch.close();
    return watch;
  }

  private static boolean isUp(HealthWatch watch, String node) {
    return watch.of(node, false).orElseThrow().up();
  }

  /** Else each would be the last of its network, and stay up. */
  @Test
  void aNodeOfAWrongNetworkAndOneThatWasNeverSeenBelongToTheLargest() {
    HealthWatch watch =
        watch(
            node("ok", NETWORK.genesisCid(), State.OK),
            node("wrong", "bafyother", State.WRONG_NETWORK),
            node("missing", null, State.MISSING));
    assertThat(isUp(watch, "ok")).isTrue();
    assertThat(isUp(watch, "wrong")).isFalse();
    assertThat(isUp(watch, "missing")).isFalse();
  }

  private static NetworkReport inConflict(List<String> smaller, List<String> larger) {
    Finality finality =
        new Finality(3, 10L, 990L, true, new Finality.Conflict(980, smaller, larger));
    return NETWORK.with(new NetworkReport.Extension(finality, List.of(), List.of()));
  }

  @Test
  void whoFinalizedAnotherTipsetThanMostIsDown() {
    HealthWatch watch =
        watch(
            inConflict(List.of("a"), List.of("b", "c")),
            node("a", NETWORK.genesisCid(), State.OK),
            node("b", NETWORK.genesisCid(), State.OK),
            node("c", NETWORK.genesisCid(), State.OK));
    assertThat(isUp(watch, "a")).isFalse();
    assertThat(isUp(watch, "b")).isTrue();
    assertThat(isUp(watch, "c")).isTrue();
  }

  @Test
  void ofTwoSidesOfTheSameSizeNobodyIsDownUnlessAReferenceKnows() {
    HealthChanges.Member a = node("a", NETWORK.genesisCid(), State.OK);
    HealthChanges.Member b = node("b", NETWORK.genesisCid(), State.OK);
    assertThat(isUp(watch(inConflict(List.of("a"), List.of("b")), a, b), "a")).isTrue();
    HealthWatch known = watch(inConflict(List.of("a"), List.of("reference glif")), a, b);
    assertThat(isUp(known, "a")).isFalse();
    assertThat(isUp(known, "b")).isTrue();
  }

  @Test
  void theOnlyNodeStaysUp() {
    assertThat(isUp(watch(node("only", NETWORK.genesisCid(), State.FORKED)), "only")).isTrue();
  }

  @Test
  void whileTheAggregatorDoesNotAnswerNothingIsKnown() {
    AtomicBoolean looked = new AtomicBoolean();
    HealthWatch watch =
        new HealthWatch(
            vertx, version -> Future.failedFuture("no answer"), () -> 0, () -> looked.set(true));
    HttpSide.await(watch.start());
    watch.close();
    assertThat(watch.isWarming()).isTrue();
    assertThat(watch.of("ok", false)).isEmpty();
    assertThat(looked).isFalse();
  }

  private static NetworkReport network(String genesis, boolean consensus) {
    return new NetworkReport(
        genesis,
        NETWORK.network(),
        NETWORK.heights(),
        new NetworkReport.Votes(4, consensus ? 3 : 0, 1, NETWORK.votes().basis()),
        List.of(),
        false,
        NETWORK.clock());
  }

  private HealthWatch following(AtomicReference<HealthChanges> now, AtomicLong nanos) {
    return new HealthWatch(
        vertx, version -> Future.succeededFuture(now.get()), nanos::get, () -> {});
  }

  /** One of them learns only what changed, the other one the whole fleet each time. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void theChangesAloneGiveTheSameAnswersAsTheWholeFleet(long seed) {
    Random random = new Random(seed);
    AtomicReference<HealthChanges> now = new AtomicReference<>();
    AtomicLong nanos = new AtomicLong();
    HealthWatch byChanges = following(now, nanos);
    HealthWatch byAll = following(now, nanos);
    Map<String, HealthChanges.Member> fleet = new HashMap<>();
    State[] states = State.values();
    List<NetworkReport> networks = List.of();
    boolean warming = true;
    for (int step = 1; step < 1_000; step++) {
      Map<String, HealthChanges.Member> changed = new HashMap<>();
      Set<String> removed = new HashSet<>();
      for (int events = random.nextInt(3); events > 0; events--) {
        String peer = String.valueOf((char) ('a' + random.nextInt(6)));
        if (random.nextInt(8) == 0) {
          fleet.remove(peer);
          removed.add(peer);
        } else {
          List<String> genesis = List.of("", "one", "two", "two", "unknown");
          State last = states[random.nextInt(states.length)];
          State state = random.nextBoolean() ? State.OK : last;
          HealthChanges.Member next =
              new HealthChanges.Member(
                  peer, Optional.empty(), genesis.get(random.nextInt(5)), state, last, NOW);
          fleet.put(peer, next);
          changed.put(peer, next);
        }
      }
      changed.keySet().retainAll(fleet.keySet());
      if (random.nextInt(10) == 0) {
        NetworkReport one = network("one", random.nextBoolean());
        NetworkReport two = network("two", random.nextInt(4) > 0);
        networks =
            List.of(List.of(one, two), List.of(two, one), List.of(two)).get(random.nextInt(3));
      }
      warming = random.nextInt(50) == 0 ? random.nextInt(3) == 0 : warming;
      nanos.addAndGet(1_000_000_000L * (1 + random.nextInt(20)));
      now.set(
          new HealthChanges(
              NOW,
              step,
              warming,
              step == 1,
              networks,
              List.copyOf(changed.values()),
              List.copyOf(removed)));
      HttpSide.await(byChanges.look());
      now.set(
          new HealthChanges(
              NOW, step, warming, true, networks, List.copyOf(fleet.values()), List.of()));
      HttpSide.await(byAll.look());
      for (String peer : List.of("a", "b", "c", "d", "e", "f")) {
        for (boolean strict : new boolean[] {false, true}) {
          assertThat(byChanges.of(peer, strict)).isEqualTo(byAll.of(peer, strict));
        }
      }
    }
  }

  @Test
  void afterAnAnswerThatCannotBeTakenTheWholeFleetIsAskedFor() {
    List<Long> asked = new ArrayList<>();
    HealthChanges whole =
        new HealthChanges(
            NOW,
            5,
            false,
            true,
            List.of(NETWORK),
            List.of(node("a", NETWORK.genesisCid(), State.OK)),
            List.of());
    AtomicBoolean fails = new AtomicBoolean();
    HealthWatch watch =
        new HealthWatch(
            vertx,
            version -> {
              asked.add(version);
              return Future.succeededFuture(whole);
            },
            () -> {
              if (fails.get()) {
                throw new IllegalStateException("no time");
              }
              return 0;
            },
            () -> {});
    HttpSide.await(watch.look());
    fails.set(true);
    HttpSide.await(watch.look().otherwiseEmpty());
    fails.set(false);
    HttpSide.await(watch.look());
    HttpSide.await(watch.look());
    assertThat(asked).containsExactly(0L, 5L, 0L, 5L);
  }
}
