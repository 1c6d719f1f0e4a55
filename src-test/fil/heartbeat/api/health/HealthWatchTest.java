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
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

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
}
