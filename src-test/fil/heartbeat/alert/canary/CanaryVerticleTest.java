package fil.heartbeat.alert.canary;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import fil.heartbeat.libp2p.Identity;
import fil.heartbeat.libp2p.KeyType;
import fil.heartbeat.libp2p.Libp2pException;
import fil.heartbeat.libp2p.Multiaddr;
import fil.heartbeat.libp2p.PeerId;
import fil.heartbeat.testing.Await;
import fil.heartbeat.testing.CanIgnoreReturnValue;
import fil.heartbeat.testing.FakeHost;
import fil.heartbeat.testing.FakeStream;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The verticle on a host whose every step the test decides. */
@ExtendWith(VertxExtension.class)
class CanaryVerticleTest {
  private static final Multiaddr TARGET =
      Multiaddr.parse("/ip4/127.0.0.1/tcp/9081")
          .withPeerId(Identity.generate(KeyType.ED25519).peerId());
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
  private static final Duration MILLI = Duration.ofMillis(1);
  private static final Duration NEVER = Duration.ofHours(1);

  private final List<FakeHost> hosts = new CopyOnWriteArrayList<>();
  private final List<PeerId> known = new CopyOnWriteArrayList<>();
  private final List<Throwable> uncaught = new CopyOnWriteArrayList<>();
  private final AtomicLong nanos = new AtomicLong();
  private Vertx vertx;

  @BeforeEach
  void setUp(Vertx vertx) {
    this.vertx = vertx;
    vertx.exceptionHandler(uncaught::add);
  }

  @AfterEach
  void nothingWentUncaught() {
    assertThat(uncaught).isEmpty();
  }

  private CanaryVerticle canary(CanaryTimes times) {
    return new CanaryVerticle(
        identity -> {
          FakeHost host = new FakeHost(identity.peerId());
          hosts.add(host);
          return host;
        },
        TARGET,
        peer -> {
          assertThat(hosts.get(hosts.size() - 1).dials).isEmpty();
          known.add(peer);
        },
        times,
        nanos::get,
        InstantSource.fixed(NOW));
  }

  /** Beats as often as it can. */
  @CanIgnoreReturnValue
  private CanaryVerticle deploy() throws Exception {
    return deploy(new CanaryTimes(MILLI, MILLI, MILLI, MILLI));
  }

  @CanIgnoreReturnValue
  private CanaryVerticle deploy(CanaryTimes times) throws Exception {
    CanaryVerticle canary = canary(times);
    assertThat(Await.done(vertx.deployVerticle(canary))).isNotEmpty();
    return canary;
  }

  private FakeHost.Dial dial(int number) throws InterruptedException {
    Await.until(vertx, () -> hosts.get(0).dials.size() > number);
    return hosts.get(0).dials.get(number);
  }

  private FakeStream opened(int number) throws InterruptedException {
    FakeStream out = new FakeStream();
    assertThat(dial(number).answer().complete(out)).isTrue();
    return out;
  }

  /** A stream that accepts every write at once. */
  private FakeStream taking(int number) throws InterruptedException {
    FakeStream out = new FakeStream();
    assertThat(out.accepted.complete(null)).isTrue();
    assertThat(dial(number).answer().complete(out)).isTrue();
    return out;
  }

  private static String beat(long number) {
    return "{\"Head\":\"{ }\",\"Height\":" + number + ",\"Nickname\":\"\",\"MinerAddress\":\"\"}\n";
  }

  private static long number(String line) {
    return new JsonObject(line).getLong("Height");
  }

  @Test
  void itAnnouncesItsNewIdAndDialsAsAnySender() throws Exception {
    deploy();
    FakeHost.Dial dial = dial(0);
    assertThat(dial.target()).isEqualTo(TARGET);
    assertThat(dial.protocolIds()).containsExactly("fil/heartbeat/1.0.0", "/fil/heartbeat/1.0.0");
    assertThat(known).containsExactly(hosts.get(0).peerId());
    deploy();
    assertThat(known).hasSize(2).doesNotHaveDuplicates();
  }

  @Test
  void itBeatsWithNumbersThatGoOn() throws Exception {
    deploy();
    FakeStream out = taking(0);
    Await.until(vertx, () -> out.lines().size() >= 3);
    assertThat(List.copyOf(out.lines())).startsWith(beat(1), beat(2), beat(3));
  }

  @Test
  void aBeatThatIsDueWaitsForTheConnection() throws Exception {
    try (LogTap log = new LogTap()) {
      // The line says that the beat was due.
      CanaryVerticle canary = canary(new CanaryTimes(MILLI, NEVER, MILLI, MILLI));
      nanos.set(200_000_000_000L);
      assertThat(Await.done(vertx.deployVerticle(canary))).isNotEmpty();
      Await.until(vertx, () -> !log.lines(Level.WARN).isEmpty());
    }
    FakeStream out = opened(0);
    Await.until(vertx, () -> !out.lines().isEmpty());
    assertThat(out.lines()).containsExactly(beat(1));
  }

  @Test
  void itRedialsAndWarnsOnce() throws Exception {
    try (LogTap log = new LogTap()) {
      deploy();
      for (int i = 0; i < 4; i++) {
        assertThat(
                dial(i)
                    .answer()
                    .completeExceptionally(
                        new Libp2pException(Libp2pException.Code.CONNECT_FAILED, "no " + i)))
            .isTrue();
      }
      FakeStream out = taking(4);
      Await.until(vertx, () -> log.lines(Level.INFO).size() > 1);
      assertThat(out.lines()).isNotEmpty();
      assertThat(log.lines(Level.INFO))
          .containsExactly(
              "canary not connected target=" + TARGET + " at=dial cause=no 0",
              "canary connected again target=" + TARGET);
    }
  }

  @Test
  void aLostStreamIsOpenedAgainAndNumbersGoOn() throws Exception {
    deploy();
    FakeStream first = taking(0);
    Await.until(vertx, () -> !first.lines().isEmpty());
    // Closed in good order, as by an aggregator that stops.
    assertThat(first.closed.complete(null)).isTrue();
    FakeStream second = taking(1);
    Await.until(vertx, () -> !second.lines().isEmpty());
    // A beat that was due in between and found the stream ended has taken a number as well.
    assertThat(number(second.lines().get(0))).isGreaterThan(first.lines().size());
  }

  @Test
  void anUnreadBeatEndsTheConnectionAfterAPeriod() throws Exception {
    deploy();
    FakeStream first = opened(0);
    FakeStream second = opened(1);
    assertThat(first.lines()).containsExactly(beat(1));
    assertThat(first.closed).isCompletedExceptionally();
    Await.until(vertx, () -> !second.lines().isEmpty());
    assertThat(second.lines().get(0)).isEqualTo(beat(2));
  }

  @Test
  void aFailedWriteEndsTheConnection() throws Exception {
    deploy(new CanaryTimes(MILLI, NEVER, MILLI, MILLI));
    FakeStream first = opened(0);
    Await.until(vertx, () -> !first.lines().isEmpty());
    assertThat(
            first.accepted.completeExceptionally(
                new Libp2pException(Libp2pException.Code.RESET, "reset")))
        .isTrue();
    FakeHost.Dial again = dial(1);
    assertThat(again.target()).isEqualTo(TARGET);
    assertThat(first.closed).isCompletedExceptionally();
  }

  @Test
  void reportedStagesAreInItsReport() throws Exception {
    CanaryVerticle canary = deploy(new CanaryTimes(MILLI, NEVER, MILLI, MILLI));
    FakeStream out = opened(0);
    Await.until(vertx, () -> !out.lines().isEmpty());
    assertThat(canary.report()).isEqualTo(new CanaryReport(true, 1, 0, null));
    nanos.set(1_000_000_000L);
    canary.seen(1);
    nanos.set(2_000_000_000L);
    canary.ruled(1);
    nanos.set(3_000_000_000L);
    canary.delivered(1);
    CanaryReport report = canary.report();
    assertThat(report.delivered()).isEqualTo(1);
    assertThat(report.last()).isEqualTo(new CanaryReport.Round(1, NOW, 1, 2, 3));
    nanos.set(200_000_000_000L);
    assertThat(canary.isHealthy()).isFalse();
    assertThat(canary.report().healthy()).isFalse();
  }

  @Test
  void failureAndRecoveryAreLoggedOnce() throws Exception {
    try (LogTap log = new LogTap()) {
      CanaryVerticle canary = deploy();
      FakeStream out = taking(0);
      nanos.set(200_000_000_000L);
      Await.until(vertx, () -> !log.lines(Level.WARN).isEmpty());
      int before = out.lines().size();
      Await.until(vertx, () -> out.lines().size() > before + 3);
      assertThat(log.lines(Level.INFO))
          .containsExactly("canary failing: no beat became a notification for=150s");
      Await.until(
          vertx,
          () -> {
            canary.delivered(canary.report().beats());
            return canary.isHealthy();
          });
      Await.until(vertx, () -> log.lines(Level.INFO).contains("canary recovered"));
    }
  }

  @Test
  void undeployingClosesTheHostAndLateConnections() throws Exception {
    CanaryVerticle canary = deploy();
    FakeHost.Dial dial = dial(0);
    Await.done(vertx.undeploy(canary.deploymentID()));
    assertThat(hosts.get(0).isClosed()).isTrue();
    FakeStream late = new FakeStream();
    assertThat(dial.answer().complete(late)).isTrue();
    Await.until(vertx, late.closed::isDone);
    assertThat(late.lines()).isEmpty();
  }
}
