package fil.heartbeat.alert;

import static fil.heartbeat.alert.AlertFixture.ALICE;
import static fil.heartbeat.alert.AlertScript.sink;
import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.aggregator.ClockSteps;
import fil.heartbeat.alert.model.Acknowledgement;
import fil.heartbeat.alert.model.Alert;
import fil.heartbeat.alert.model.AlertRule;
import fil.heartbeat.alert.model.AlertStatus;
import fil.heartbeat.alert.model.DeliveryException;
import fil.heartbeat.alert.model.Notification;
import fil.heartbeat.alert.model.Selector;
import fil.heartbeat.alert.model.Silence;
import fil.heartbeat.config.AlertsConfig;
import fil.heartbeat.config.SinkConfig;
import fil.heartbeat.fleet.ChainState;
import fil.heartbeat.history.NoHistory;
import fil.heartbeat.testing.Await;
import io.vertx.core.Vertx;
import io.vertx.junit5.Timeout;
import io.vertx.junit5.VertxExtension;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The clock is set, and the aggregator reports by how much. */
@ExtendWith(VertxExtension.class)
@Timeout(60)
class ClockStepTest {
  private static final int SEEDS = Integer.getInteger("truth.seeds", 40);
  private static final int FIRST = Integer.getInteger("truth.first", 0);

  private static final ChainState[] CHAINS = {
    ChainState.OK, ChainState.OK, ChainState.FORKED, ChainState.BEHIND, ChainState.STALLED
  };
  private static final AlertsConfig CONFIG =
      AlertScript.config(
              sink("ops", SinkConfig.Type.WEBHOOK, true, 600),
              sink("slow", SinkConfig.Type.SLACK, false, 3),
              sink("am", SinkConfig.Type.ALERTMANAGER, false, 60))
          .withRules(
              all ->
                  all.withFlapping(
                      // Less calm: the next alert depends on when the node is evaluated.
                      new AlertsConfig.Flapping(
                          4, Duration.ofMinutes(30), Duration.ofMinutes(30))));

  static IntStream seeds() {
    return IntStream.range(FIRST, FIRST + SEEDS);
  }

  /**
   * The same script with and without steps: every sink gets the same at the same second. {@code
   * -Dtruth.seeds=200} runs more of it.
   */
  @ParameterizedTest
  @MethodSource("seeds")
  void notificationsAreTheSameWhateverTheSteps(int seed) {
    List<String> without = told(seed, false);
    assertThat(without).as("seed %s", seed).isNotEmpty();
    assertThat(told(seed, true)).as("seed %s", seed).isEqualTo(without);
  }

  private static List<String> told(int seed, boolean steps) {
    Random random = new Random(seed);
    Random clock = new Random(seed);
    String[] names = IntStream.range(0, 7).mapToObj(i -> "n" + i).toArray(String[]::new);
    AlertScript script = AlertScript.withNodes(CONFIG, names);
    for (int i = 0; i < 80; i++) {
      act(script, random, names);
      int seconds = 1 + random.nextInt(60);
      int before = clock.nextInt(seconds);
      script.run(before);
      long millis = (long) (2_000 * Math.pow(43_200, clock.nextDouble()));
      boolean back = clock.nextBoolean();
      if (steps && clock.nextInt(4) == 0) {
        script.step(Duration.ofMillis(back ? -millis : millis));
      }
      script.run(seconds - before);
    }
    return script.lines;
  }

  private static void act(AlertScript script, Random random, String[] names) {
    String name = names[random.nextInt(names.length)];
    switch (random.nextInt(9)) {
      case 0, 1 -> script.silent(name);
      case 2 -> script.disconnect(name);
      case 3 -> script.beat(names);
      case 4, 5 -> script.chain(name, CHAINS[random.nextInt(CHAINS.length)]);
      case 6 -> script.blocks = !script.blocks;
      case 7 -> {
        if (script.failing.remove("ops") == null) {
          script.failing.put(
              "ops", new DeliveryException(DeliveryException.Kind.LIMITED, "later", null));
        }
      }
      default -> script.stop(name);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"PT-2S", "PT-1H", "PT-24H"})
  void anActiveSilenceStaysActive(Duration by) {
    AlertScript script = AlertScript.withNodes(CONFIG, "a", "b");
    Selector a = new Selector(Map.of("nickname", List.of("a")));
    script.run(10);
    Silence begun =
        script.engine.addSilence(
            a, script.now, script.now.plusSeconds(600), "alice", "upgrade", script.now);
    Silence later =
        script.engine.addSilence(
            a, script.now.plusSeconds(500), script.now.plusSeconds(900), "alice", "", script.now);
    script.silent("a");
    script.run(1);
    script.step(by);
    script.run(300);
    assertThat(script.sent)
        .flatExtracting(Notification::alerts)
        .extracting(Alert::rule)
        .containsOnly(AlertRule.WATCHDOG);
    assertThat(script.engine.alerts())
        .filteredOn(alert -> "a".equals(alert.peerId()))
        .extracting(Alert::suppressedBy)
        .contains("silence " + begun.id());
    assertThat(script.engine.silences(script.now))
        .filteredOn(each -> each.id().equals(later.id()))
        .containsExactly(later);
    // Its present state is stored.
    script.restart();
    assertThat(script.engine.silences(script.now))
        .filteredOn(each -> each.id().equals(begun.id()))
        .allMatch(each -> each.holds(script.now) && each.endsAt().equals(begun.endsAt()))
        .hasSize(1);
  }

  /** Ages and stored times of an alert are moved; its id is not. */
  @Test
  void theAgeOfAnAlertStaysTheSame() {
    AlertScript script = AlertScript.withNodes(CONFIG, "a");
    script.silent("a");
    script.until(60);
    Alert before = find(script, "a");
    var unused = script.engine.acknowledge(before.id(), "alice", "", script.now);
    Instant acknowledged = script.now;
    Duration by = Duration.ofHours(-1);
    script.step(by);
    script.run(1);
    Alert after = find(script, "a");
    assertThat(after.id()).isEqualTo(before.id());
    assertThat(after.activeAt()).isEqualTo(before.activeAt().plus(by));
    assertThat(after.startsAt())
        .isEqualTo(
            script.now.minus(Duration.between(before.startsAt(), acknowledged)).minusSeconds(1));
    assertThat(after.acknowledgement())
        .isEqualTo(new Acknowledgement("alice", acknowledged.plus(by), ""));
    script.restart();
    script.run(1);
    assertThat(find(script, "a").activeAt()).isEqualTo(before.activeAt().plus(by));
  }

  private static Alert find(AlertScript script, String peerId) {
    return script.engine.alerts().stream()
        .filter(alert -> peerId.equals(alert.peerId()))
        .findFirst()
        .orElseThrow();
  }

  private final AlertFixture fixture = new AlertFixture();
  private final RecordingSink ops = new RecordingSink(AlertFixture.sink("ops"));

  @Test
  void nodesAreReadAgainWhileNothingIsJudged(Vertx vertx) throws Exception {
    AlertVerticle alerts =
        fixture.deploy(vertx, AlertFixture.config(ops.config), new NoHistory(), ops);
    fixture.up(ALICE);
    fixture.rounds(alerts, 5);
    fixture.steps = new ClockSteps(Duration.ofHours(2), true, "clock stepped by +2h");
    fixture.down(ALICE, fixture.now.plusSeconds(7200));
    fixture.rounds(alerts, 100);
    assertThat(ops.story()).isEmpty();
    assertThat(fixture.asked).endsWith(5L, 5L, 5L);
    fixture.steps = new ClockSteps(Duration.ofHours(2), false, null);
    fixture.rounds(alerts, 25);
    assertThat(ops.story()).containsExactly("NodeDisconnected firing");
  }

  @Test
  void theStepDegradesTheAggregator(Vertx vertx) throws Exception {
    AlertVerticle alerts =
        fixture.deploy(vertx, AlertFixture.config(ops.config), new NoHistory(), ops);
    fixture.rounds(alerts, 5);
    fixture.steps = new ClockSteps(Duration.ofHours(-1), true, "clock stepped by -1h");
    fixture.rounds(alerts, 2);
    assertThat(Await.done(alerts.degraded())).containsExactly("clock stepped by -1h");
    fixture.steps = new ClockSteps(Duration.ofHours(-1), false, "clock stepped by -1h");
    fixture.rounds(alerts, 2);
    assertThat(Await.done(alerts.degraded())).containsExactly("clock stepped by -1h");
    assertThat(Await.done(alerts.alerts()))
        .filteredOn(alert -> alert.rule() == AlertRule.AGGREGATOR_DEGRADED)
        .extracting(Alert::status, Alert::detail)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(AlertStatus.PENDING, "clock stepped by -1h"));
    fixture.steps = new ClockSteps(Duration.ofHours(-1), false, null);
    fixture.rounds(alerts, 100);
    assertThat(Await.done(alerts.degraded())).isEmpty();
    assertThat(ops.story()).isEmpty();
  }
}
