package fil.heartbeat.alert;

import static fil.heartbeat.alert.AlertFixture.ALICE;
import static fil.heartbeat.alert.AlertFixture.START;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import fil.heartbeat.aggregator.CapacityUse;
import fil.heartbeat.aggregator.Changes;
import fil.heartbeat.aggregator.IngestCounts;
import fil.heartbeat.aggregator.NodeCapacity;
import fil.heartbeat.alert.model.Acknowledgement;
import fil.heartbeat.alert.model.Actor;
import fil.heartbeat.alert.model.Alert;
import fil.heartbeat.alert.model.AlertRule;
import fil.heartbeat.alert.model.AlertStats;
import fil.heartbeat.alert.model.AlertStatus;
import fil.heartbeat.alert.model.Notification;
import fil.heartbeat.alert.model.Selector;
import fil.heartbeat.alert.model.Silence;
import fil.heartbeat.alert.state.AlertBounds;
import fil.heartbeat.alert.state.StateWriter;
import fil.heartbeat.history.AlertStore;
import fil.heartbeat.history.HistoryStats;
import fil.heartbeat.history.NoHistory;
import fil.heartbeat.history.ResolvedRow;
import fil.heartbeat.history.SqliteHistory;
import fil.heartbeat.testing.Await;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import io.vertx.junit5.VertxTestContext;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;

@ExtendWith(VertxExtension.class)
@Timeout(60)
class AlertVerticleTest {
  private static final Actor CAROL = new Actor("carol", "192.0.2.7");
  private static final Actor DAVE = new Actor("dave", "2001:db8::8");

  /** From the loss of a connection to the firing, plus the group wait. */
  private static final int TOLD_AFTER = 60 + 5 + 1;

  /** How long the node must be back, plus the group wait. */
  private static final int OVER_AFTER = 10 + 5 + 2;

  @TempDir private Path folder;
  private final AlertFixture fixture = new AlertFixture();
  private final RecordingSink ops = new RecordingSink(AlertFixture.sink("ops"));
  private final RecordingSink pager = new RecordingSink(AlertFixture.sink("pager"));

  /** A store that stores nothing and fails, or never answers. */
  private record Broken(Future<Void> answer) implements AlertStore {
    @Override
    public Future<List<Entry>> entries() {
      return Future.succeededFuture(List.of());
    }

    @Override
    public Future<Void> write(List<Entry> entries, List<ResolvedRow> ended) {
      return answer;
    }

    @Override
    public Future<List<ResolvedRow>> resolved(
        @Nullable String peerId, @Nullable Instant before, int limit) {
      return Future.succeededFuture(List.of());
    }
  }

  private AlertVerticle deploy(Vertx vertx, AlertStore store) throws Exception {
    return fixture.deploy(vertx, AlertFixture.config(ops.config, pager.config), store, ops, pager);
  }

  @Test
  void aLostNodeIsSentOnceAndResolvedOnce(Vertx vertx) throws Exception {
    AlertVerticle alerts = deploy(vertx, new NoHistory());
    fixture.up(ALICE);
    fixture.rounds(alerts, 5);
    fixture.down(ALICE, fixture.now);
    fixture.rounds(alerts, TOLD_AFTER);
    assertThat(ops.story()).containsExactly("NodeDisconnected firing");
    assertThat(pager.story()).containsExactly("NodeDisconnected firing");
    fixture.rounds(alerts, 100);
    fixture.up(ALICE);
    fixture.rounds(alerts, OVER_AFTER + 100);
    assertThat(ops.story()).containsExactly("NodeDisconnected firing", "NodeDisconnected over");
    assertThat(pager.story()).isEqualTo(ops.story());
    AlertStats stats = Await.done(alerts.stats());
    assertThat(stats.sinks()).extracting(AlertStats.SinkStats::delivered).containsExactly(2L, 2L);
    assertThat(stats.sinks()).extracting(AlertStats.SinkStats::waiting).containsExactly(0, 0);
  }

  @Test
  void aHangingSinkDelaysNoOther(Vertx vertx) throws Exception {
    Promise<Void> slow = Promise.promise();
    ops.answer = any -> slow.future();
    AlertVerticle alerts = deploy(vertx, new NoHistory());
    fixture.down(ALICE, fixture.now);
    for (int i = 0; i < TOLD_AFTER; i++) {
      fixture.now = fixture.now.plusSeconds(1);
      Await.done(alerts.round());
    }
    fixture.up(ALICE);
    for (int i = 0; i < OVER_AFTER; i++) {
      fixture.now = fixture.now.plusSeconds(1);
      Await.done(alerts.round());
    }
    assertThat(pager.story()).containsExactly("NodeDisconnected firing", "NodeDisconnected over");
    assertThat(ops.story()).containsExactly("NodeDisconnected firing");
    slow.complete();
    fixture.rounds(alerts, 2);
    assertThat(ops.story()).containsExactly("NodeDisconnected firing", "NodeDisconnected over");
  }

  @Test
  void aFailingSinkIsRetriedAndIsAFaultAfterFiveMinutes(Vertx vertx) throws Exception {
    ops.answer = any -> Future.failedFuture(RecordingSink.refusal());
    AlertVerticle alerts = deploy(vertx, new NoHistory());
    fixture.down(ALICE, fixture.now);
    fixture.rounds(alerts, TOLD_AFTER);
    AlertStats.SinkStats stats = Await.done(alerts.stats()).sinks().get(0);
    assertThat(stats.lastError()).isEqualTo("404");
    assertThat(stats.failed()).isEqualTo(Map.of("refused", 1L));
    assertThat(stats.waiting()).isEqualTo(1);
    fixture.rounds(alerts, 300 + 60 + 5 + 1);
    assertThat(pager.story())
        .containsExactly("NodeDisconnected firing", "AggregatorDegraded firing");
    ops.answer = any -> Future.succeededFuture();
    fixture.rounds(alerts, 400);
    assertThat(Await.done(alerts.stats()).sinks().get(0).lastError()).isNull();
    assertThat(pager.story()).endsWith("AggregatorDegraded over");
    assertThat(ops.sent).extracting(Notification::id).contains(pager(0));
  }

  private String pager(int at) {
    return ops.sent.stream()
        .filter(each -> each.alerts().get(0).id().equals(pager.sent.get(at).alerts().get(0).id()))
        .map(Notification::id)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aSinkThatThrowsCountsAsFailing(Vertx vertx) throws Exception {
    ops.answer =
        any -> {
          throw new IllegalArgumentException("http://secret.example/token");
        };
    AlertVerticle alerts = deploy(vertx, new NoHistory());
    fixture.down(ALICE, fixture.now);
    fixture.rounds(alerts, TOLD_AFTER);
    assertThat(Await.done(alerts.stats()).sinks().get(0).lastError())
        .isEqualTo("IllegalArgumentException in the sink");
    assertThat(pager.story()).containsExactly("NodeDisconnected firing");
  }

  @Test
  void aBrokenStoreIsAFaultAndNotificationsAreStillSent(Vertx vertx) throws Exception {
    AlertVerticle alerts = deploy(vertx, new Broken(Future.failedFuture("disk full")));
    fixture.down(ALICE, fixture.now);
    fixture.rounds(alerts, TOLD_AFTER + 3);
    assertThat(ops.story())
        .containsExactlyInAnyOrder("NodeDisconnected firing", "AggregatorDegraded firing");
    assertThat(Await.done(alerts.alerts()))
        .filteredOn(alert -> alert.rule() == AlertRule.AGGREGATOR_DEGRADED)
        .allSatisfy(
            alert ->
                assertThat(alert.summary() + alert.detail())
                    .contains("alerts are not kept: disk full"));
  }

  @Test
  void aHangingStoreIsWaitedForOnce(Vertx vertx) throws Exception {
    Promise<Void> never = Promise.promise();
    fixture.timeLimit = limit -> limit.equals(StateWriter.PATIENCE) ? Duration.ZERO : limit;
    AlertVerticle alerts = deploy(vertx, new Broken(never.future()));
    fixture.down(ALICE, fixture.now);
    for (int i = 0; i < TOLD_AFTER; i++) {
      fixture.now = fixture.now.plusSeconds(1);
      Await.done(alerts.round());
    }
    assertThat(ops.story()).containsExactly("NodeDisconnected firing");
    never.complete();
  }

  @Test
  void aFullDiskIsReportedByTheHistoryToo(Vertx vertx) throws Exception {
    fixture.history = new HistoryStats(9, 0, Map.of(), Optional.of("disk full"), 0);
    fixture.counts = new IngestCounts(9, 9, Map.of());
    AlertVerticle alerts = deploy(vertx, new NoHistory());
    fixture.rounds(alerts, TOLD_AFTER + 1);
    assertThat(ops.story()).containsExactly("AggregatorDegraded firing");
  }

  @Test
  void aHardLimitThatIsNearlyUsedUpIsReportedWithWhatToRaise(Vertx vertx) throws Exception {
    fixture.use = new CapacityUse(NodeCapacity.UNKNOWN, 50_000, true, false, false);
    fixture.counts = new IngestCounts(9, 9, Map.of());
    AlertVerticle alerts = deploy(vertx, new NoHistory());
    fixture.rounds(alerts, TOLD_AFTER + 1);
    assertThat(ops.story()).containsExactly("AggregatorDegraded firing");
    assertThat(Await.done(alerts.alerts()))
        .filteredOn(alert -> alert.rule() == AlertRule.AGGREGATOR_DEGRADED)
        .allSatisfy(
            alert ->
                assertThat(alert.detail())
                    .isEqualTo(
                        "nearly 50000 nodes are known: raise aggregator.maxNodes, else those silent"
                            + " for longest are forgotten"));
    fixture.use = new CapacityUse(NodeCapacity.UNKNOWN, 50_000, false, false, false);
    fixture.rounds(alerts, TOLD_AFTER);
    assertThat(ops.story()).containsExactly("AggregatorDegraded firing", "AggregatorDegraded over");
  }

  @Test
  void thereAreNeverTwoRoundsAtOnce(Vertx vertx) throws Exception {
    Promise<Void> keeping = Promise.promise();
    AlertVerticle alerts = deploy(vertx, new Broken(keeping.future()));
    fixture.now = fixture.now.plusSeconds(1);
    Future<Void> first = alerts.round();
    Await.done(alerts.round());
    Await.done(alerts.round());
    assertThat(fixture.asked).hasSize(1);
    assertThat(first.isComplete()).isFalse();
    keeping.complete();
    Await.done(first);
    Await.done(alerts.round());
    assertThat(fixture.asked).hasSize(2);
  }

  @Test
  void eachRoundAsksForChangesSinceTheLastOne(Vertx vertx) throws Exception {
    AlertVerticle alerts = deploy(vertx, new NoHistory());
    fixture.rounds(alerts, 3);
    assertThat(fixture.asked).containsExactly(0L, 1L, 2L);
  }

  @Test
  void afterAFailedRoundEverythingIsEvaluatedAgain(Vertx vertx) throws Exception {
    AlertVerticle alerts = deploy(vertx, new NoHistory());
    fixture.rounds(alerts, 2);
    fixture.refusal = "not now";
    fixture.rounds(alerts, 2);
    fixture.refusal = null;
    fixture.rounds(alerts, 2);
    assertThat(fixture.asked).containsExactly(0L, 1L, 2L, 0L, 0L, 5L);
  }

  static Stream<Supplier<Future<Changes>>> noAnswers() {
    return Stream.of(
        () -> {
          throw new IllegalStateException("no");
        },
        () -> {
          throw new StackOverflowError("no");
        },
        () -> Future.failedFuture(new StackOverflowError("no")),
        () -> null,
        () -> Promise.<Changes>promise().future());
  }

  @ParameterizedTest
  @MethodSource("noAnswers")
  void anUnansweredViewDoesNotEndAlerting(Supplier<Future<Changes>> answer, Vertx vertx)
      throws Exception {
    fixture.timeLimit = limit -> Duration.ofMillis(1);
    AlertVerticle alerts = deploy(vertx, new NoHistory());
    fixture.rounds(alerts, 2);
    Instant since = fixture.now;
    fixture.instead = answer;
    fixture.rounds(alerts, 3);
    assertThat(Await.done(alerts.stats()))
        .satisfies(
            stats -> {
              assertThat(stats.roundsFailed()).isEqualTo(3);
              assertThat(stats.failingSince()).isEqualTo(since.plusSeconds(1));
            });
    fixture.instead = null;
    fixture.rounds(alerts, 1);
    assertThat(Await.done(alerts.stats()).roundsFailed()).isEqualTo(3);
    assertThat(Await.done(alerts.stats()).failingSince()).isNull();
    assertThat(fixture.asked).containsExactly(0L, 1L, 2L, 0L, 0L, 0L);
  }

  static Stream<Function<Notification, Future<Void>>> faults() {
    return Stream.of(
        any -> null,
        any -> {
          throw new NoClassDefFoundError("mail");
        },
        any -> {
          throw new IllegalStateException("no");
        });
  }

  @ParameterizedTest
  @MethodSource("faults")
  void aSinkWhoseTurnThrowsDelaysNoOther(Function<Notification, Future<Void>> fault, Vertx vertx)
      throws Exception {
    AlertVerticle alerts = deploy(vertx, new NoHistory());
    ops.answer = fault;
    fixture.down(ALICE, fixture.now);
    fixture.beat = 1;
    fixture.rounds(alerts, TOLD_AFTER);
    assertThat(pager.sent).hasSize(1);
    assertThat(fixture.canary).contains("delivered 1");
    AlertStats stats = Await.done(alerts.stats());
    assertThat(stats.roundsFailed()).isZero();
    assertThat(stats.sinks().get(0).failed()).containsOnlyKeys("failed");
    // It is sent as soon as possible.
    ops.answer = any -> Future.succeededFuture();
    ops.sent.clear();
    fixture.rounds(alerts, 120);
    assertThat(ops.sent).hasSize(1);
  }

  @Test
  void theCanaryIsSeenRuledAndDeliveredInOneRound(Vertx vertx) throws Exception {
    AlertVerticle alerts = deploy(vertx, new NoHistory());
    fixture.beat = 1;
    fixture.rounds(alerts, 1);
    assertThat(fixture.canary).containsExactly("seen 1", "ruled 1", "delivered 1");
    assertThat(ops.sent).isEmpty();
    assertThat(Await.done(alerts.alerts()))
        .extracting(Alert::rule)
        .doesNotContain(AlertRule.CANARY);
  }

  @Test
  void acknowledgementsAndSilencesSurviveARestart(Vertx vertx) throws Exception {
    SqliteHistory store = SqliteHistory.open(folder, () -> fixture.now);
    AlertVerticle alerts = deploy(vertx, store);
    fixture.down(ALICE, fixture.now);
    fixture.rounds(alerts, TOLD_AFTER);
    Alert fires =
        Await.done(alerts.alerts()).stream()
            .filter(alert -> alert.rule() == AlertRule.NODE_DISCONNECTED)
            .findFirst()
            .orElseThrow();
    Await.done(alerts.acknowledge(fires.id(), CAROL, "on it"));
    Silence silence =
        Await.done(
            alerts.addSilence(
                Selector.ALL, fixture.now, fixture.now.plusSeconds(3600), DAVE, "moving racks"));
    Await.done(vertx.undeploy(alerts.deploymentID()));
    AlertVerticle again = deploy(vertx, store);
    assertThat(Await.done(again.silences())).containsExactly(silence);
    assertThat(Await.done(again.alerts()))
        .filteredOn(alert -> alert.id().equals(fires.id()))
        .hasSize(1)
        .allSatisfy(
            alert -> {
              assertThat(alert.status()).isEqualTo(AlertStatus.ACKNOWLEDGED);
              assertThat(alert.acknowledgement())
                  .isNotNull()
                  .extracting(Acknowledgement::by)
                  .isEqualTo("carol");
            });
    Await.done(store.close());
  }

  @Test
  void eachChangeByPeopleIsOneLogLine(Vertx vertx) throws Exception {
    Logger logger = (Logger) LoggerFactory.getLogger(AlertVerticle.class);
    ListAppender<ILoggingEvent> lines = new ListAppender<>();
    lines.start();
    Level before = logger.getLevel();
    logger.addAppender(lines);
    logger.setLevel(Level.INFO);
    String id;
    Silence made;
    try {
      AlertVerticle alerts = deploy(vertx, new NoHistory());
      fixture.down(ALICE, fixture.now);
      fixture.rounds(alerts, TOLD_AFTER);
      id = ops.sent.get(0).alerts().get(0).id();
      assertThat(Await.done(alerts.acknowledge("nonsense", CAROL, "x"))).isEmpty();
      assertThat(Await.done(alerts.expireSilence("nonsense", DAVE))).isFalse();
      assertThat(Await.done(alerts.acknowledge(id, CAROL, "seen\nERROR forged"))).isPresent();
      made =
          Await.done(
              alerts.addSilence(
                  new Selector(Map.of("miner", List.of("f01000"))),
                  fixture.now,
                  fixture.now.plusSeconds(60),
                  DAVE,
                  "why"));
      assertThat(Await.done(alerts.expireSilence(made.id(), DAVE))).isTrue();
      Await.done(alerts.apply(AlertFixture.config(ops.config), "config"));
    } finally {
      logger.detachAppender(lines);
      logger.setLevel(before);
    }
    assertThat(lines.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .filteredOn(line -> line.startsWith("audit"))
        .satisfiesExactly(
            line ->
                assertThat(line)
                    .startsWith(
                        "audit by=\"carol\" from=192.0.2.7 action=acknowledge alert=\"" + id + "\"")
                    .endsWith("comment=\"seen\uFFFDERROR forged\""),
            line ->
                assertThat(line)
                    .startsWith(
                        "audit by=\"dave\" from=2001:db8::8 action=silence silence=" + made.id())
                    .contains("select=\"{miner=[f01000]}\""),
            line ->
                assertThat(line)
                    .isEqualTo(
                        "audit by=\"dave\" from=2001:db8::8 action=unsilence silence=\""
                            + made.id()
                            + "\""),
            line ->
                assertThat(line)
                    .isEqualTo("audit by=\"config\" action=reload sinks=1 routes=0 maintenance=0"));
  }

  @Test
  void aChangedSinkIsReplacedAndTheOldOneFinishesItsDelivery(Vertx vertx) throws Exception {
    Promise<Void> slow = Promise.promise();
    ops.answer = any -> slow.future();
    RecordingSink late = new RecordingSink(AlertFixture.sink("late"));
    AlertVerticle alerts =
        fixture.deploy(
            vertx,
            AlertFixture.config(ops.config, pager.config),
            new NoHistory(),
            ops,
            pager,
            late);
    fixture.down(ALICE, fixture.now);
    for (int i = 0; i < TOLD_AFTER; i++) {
      fixture.now = fixture.now.plusSeconds(1);
      Await.done(alerts.round());
    }
    Await.done(alerts.apply(AlertFixture.config(pager.config, late.config), "config"));
    assertThat(ops.closed).isFalse();
    slow.complete();
    fixture.rounds(alerts, 7);
    assertThat(ops.closed).isTrue();
    assertThat(pager.closed).isFalse();
    assertThat(pager.story()).containsExactly("NodeDisconnected firing");
    assertThat(late.story()).containsExactly("NodeDisconnected firing");
  }

  @Test
  void aSinkThatCannotBeCreatedChangesNothing(Vertx vertx) throws Exception {
    AlertVerticle alerts = deploy(vertx, new NoHistory());
    assertThatThrownBy(
            () ->
                Await.done(
                    alerts.apply(AlertFixture.config(AlertFixture.sink("unknown")), "config")))
        .hasMessageContaining("no sink unknown");
    assertThat(ops.closed || pager.closed).isFalse();
    fixture.down(ALICE, fixture.now);
    fixture.rounds(alerts, TOLD_AFTER);
    assertThat(ops.story()).containsExactly("NodeDisconnected firing");
  }

  @Test
  void aRealVerticleRunsOnItsTimer(Vertx vertx, VertxTestContext test) {
    AlertVerticle real =
        new AlertVerticle(
            AlertFixture.config(),
            AlertBounds.DEFAULT,
            fixture,
            new NoHistory(),
            fixture,
            RecordingSink::new,
            () -> START);
    fixture.beat = 1;
    fixture.onDelivered = test::completeNow;
    vertx.deployVerticle(real).onFailure(test::failNow);
  }

  @Test
  void answersComeOnTheCallersContext(Vertx vertx, VertxTestContext test) throws Exception {
    AlertVerticle alerts = deploy(vertx, new NoHistory());
    Context context = vertx.getOrCreateContext();
    context.runOnContext(
        go ->
            alerts
                .alerts()
                .compose(found -> alerts.expireSilence("x", DAVE))
                .onComplete(
                    test.succeeding(
                        ended ->
                            test.verify(
                                () -> {
                                  assertThat(Vertx.currentContext()).isSameAs(context);
                                  test.completeNow();
                                }))));
  }

  @Test
  void anUndeployedVerticleSaysSo() {
    AlertVerticle alerts =
        new AlertVerticle(
            AlertFixture.config(),
            AlertBounds.DEFAULT,
            fixture,
            new NoHistory(),
            fixture,
            RecordingSink::new,
            () -> START);
    assertThatThrownBy(() -> Await.done(alerts.alerts())).hasMessageContaining("not deployed");
  }
}
