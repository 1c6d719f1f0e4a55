package fil.heartbeat.sender;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fil.heartbeat.config.ConfigException;
import fil.heartbeat.libp2p.Identity;
import fil.heartbeat.libp2p.KeyType;
import fil.heartbeat.testing.Await;
import fil.heartbeat.testing.LogLines;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class HeartbeatVerticleTest {
  private final BlockingQueue<Throwable> uncaught = new LinkedBlockingQueue<>();
  private Vertx vertx;
  private SenderFixture bench;

  @BeforeEach
  void setUp(Vertx vertx) {
    this.vertx = vertx;
    vertx.exceptionHandler(uncaught::add);
    bench = new SenderFixture(vertx);
    bench.answerHead(bench.head());
  }

  @AfterEach
  void noExceptionWasUncaught() {
    assertThat(uncaught).isEmpty();
  }

  @Test
  void itConnectsAtOnceAndBeats() throws Exception {
    String id = bench.deploy();
    FakeTransport.FakeStream stream = bench.stream();
    assertThat(stream.target).isEqualTo(Configs.TARGET);
    assertThat(bench.transport.timeouts).containsExactly(Duration.ofSeconds(10));
    bench.beat();
    assertThat(Await.take(stream.frames))
        .startsWith("{\"Head\":\"{ " + SenderFixture.BLOCK + " }\"");
    assertThat(Await.take(stream.writes)).isEqualTo(Duration.ofSeconds(30));
    Await.until(vertx, () -> bench.status().beatsSent() == 1);
    assertThat(bench.status().lastBeatAt()).contains(bench.timers.now());
    assertThat(bench.status().skipped().values()).containsOnly(0L);
    bench.undeploy(id);
  }

  @Test
  void openAndWriteNeverRunOnAnEventLoop() throws Exception {
    AtomicBoolean onEventLoop = new AtomicBoolean();
    bench.transport.script =
        target -> {
          onEventLoop.compareAndSet(false, Context.isOnEventLoopThread());
          return new FakeTransport.FakeStream(target) {
            @Override
            public void write(byte[] frame, Duration timeout) {
              onEventLoop.compareAndSet(false, Context.isOnEventLoopThread());
              super.write(frame, timeout);
            }
          };
        };
    bench.start();
    FakeTransport.FakeStream stream = bench.stream();
    bench.beat();
    assertThat(Await.take(stream.frames)).isNotEmpty();
    assertThat(onEventLoop).isFalse();
  }

  @Test
  void beatsAreSentInOrderOnVertxTimers() throws Exception {
    bench.start(
        new HeartbeatVerticle(bench.transport),
        Configs.config(Duration.ofMillis(2), Duration.ofMillis(10)));
    FakeTransport.FakeStream stream = bench.stream();
    for (int i = 0; i < 20; i++) {
      assertThat(Await.take(stream.frames)).endsWith("}\n");
    }
    assertThat(stream.writes).allMatch(Duration.ofSeconds(5)::equals);
  }

  @Test
  void aLostTargetIsReconnectedOnVertxTimers() throws Exception {
    bench.start(
        new HeartbeatVerticle(bench.transport),
        Configs.config(Duration.ofMillis(5), Duration.ofMillis(20)));
    for (int restart = 0; restart < 3; restart++) {
      FakeTransport.FakeStream stream = bench.stream();
      assertThat(Await.take(stream.frames)).endsWith("}\n");
      stream.closed.complete(null);
    }
    assertThat(bench.stream().closes).hasValue(0);
  }

  @Test
  void aTargetThatIsDownIsTriedOncePerTick() throws Exception {
    bench.transport.script = FakeTransport::refuse;
    bench.start();
    Await.until(vertx, () -> bench.status().failedConnects() == 1);
    bench.reconnect();
    Await.until(vertx, () -> bench.status().failedConnects() == 2);
    assertThat(bench.status().connected()).isFalse();
    assertThat(bench.status().lastError().orElseThrow()).contains("CONNECT_FAILED", "refused");
    bench.beat();
    assertThat(bench.status().skipped()).containsEntry("not-connected", 1L);
    bench.transport.script = FakeTransport.FakeStream::new;
    bench.reconnect();
    assertThat(bench.stream().target).isEqualTo(Configs.TARGET);
    assertThat(bench.transport.attempts).hasValue(3);
    assertThat(bench.status().lastError()).isEmpty();
  }

  @Test
  void oneOpenIsInFlightHoweverSlow() throws Exception {
    CountDownLatch slow = new CountDownLatch(1);
    bench.transport.script =
        target -> {
          await(slow);
          return new FakeTransport.FakeStream(target);
        };
    bench.start();
    Await.until(vertx, () -> bench.transport.attempts.get() == 1);
    bench.reconnect();
    bench.reconnect();
    slow.countDown();
    assertThat(bench.stream().closes).hasValue(0);
    assertThat(bench.transport.attempts).hasValue(1);
    assertThat(bench.transport.streams).isEmpty();
  }

  @Test
  void aStreamThatThePeerEndsIsOpenedAgain() throws Exception {
    bench.start();
    FakeTransport.FakeStream first = bench.stream();
    first.closed.complete(null);
    Await.until(vertx, () -> !bench.status().connected());
    assertThat(first.closes).hasValue(1);
    assertThat(bench.transport.attempts).hasValue(1);
    bench.reconnect();
    FakeTransport.FakeStream second = bench.stream();
    bench.beat();
    assertThat(Await.take(second.frames)).isNotEmpty();
    assertThat(first.frames).isEmpty();
  }

  @Test
  void aFailedWriteClosesTheConnectionAndReconnects() throws Exception {
    bench.start();
    FakeTransport.FakeStream first = bench.stream();
    first.failure =
        new TransportException(TransportException.Code.TIMEOUT, "not done within 30000 ms", null);
    bench.beat();
    Await.until(vertx, () -> !bench.status().connected());
    assertThat(first.closes).hasValue(1);
    assertThat(bench.status().skipped()).containsEntry("write-failed", 1L);
    assertThat(bench.status().lastError().orElseThrow()).contains("TIMEOUT");
    bench.reconnect();
    FakeTransport.FakeStream second = bench.stream();
    bench.beat();
    assertThat(Await.take(second.frames)).isNotEmpty();
  }

  @Test
  void anyOtherExceptionOfTheTransportIsAFailureToo() throws Exception {
    bench.transport.script =
        target -> {
          throw new IllegalStateException("broken transport");
        };
    bench.start();
    Await.until(vertx, () -> bench.status().failedConnects() == 1);
    assertThat(bench.status().lastError().orElseThrow()).contains("broken transport");
  }

  @Test
  void withNinetyNineOfAHundredTargetsStuckTheLastLosesNoBeat() throws Exception {
    bench.transport.script =
        target -> {
          FakeTransport.FakeStream stream = new FakeTransport.FakeStream(target);
          stream.stuck = !target.equals(Configs.TARGET);
          return stream;
        };
    List<String> deployments = new ArrayList<>();
    for (int i = 0; i < 99; i++) {
      String peer = Identity.generate(KeyType.ED25519).peerId().toString();
      deployments.add(
          bench.deploy(
              Configs.config(
                  "/ip4/192.0.2.1/tcp/9081/p2p/" + peer,
                  Duration.ofMillis(SenderFixture.BEAT),
                  Duration.ofSeconds(10))));
    }
    deployments.add(bench.deploy());
    Await.until(vertx, () -> bench.snapshot().stream().allMatch(SenderStatus::connected));
    FakeTransport.FakeStream healthy =
        bench.transport.streams.stream()
            .filter(stream -> stream.target.equals(Configs.TARGET))
            .findFirst()
            .orElseThrow();
    int beats = 30;
    for (int i = 1; i <= beats; i++) {
      int sent = i;
      bench.beat();
      assertThat(Await.take(healthy.frames)).isNotEmpty();
      Await.until(vertx, () -> bench.snapshot().get(99).beatsSent() == sent);
    }
    assertThat(bench.snapshot().get(99).skipped().values()).containsOnly(0L);
    assertThat(bench.snapshot().subList(0, 99))
        .allSatisfy(
            status -> {
              assertThat(status.beatsSent()).isZero();
              long skipped = status.skipped().values().stream().mapToLong(n -> n).sum();
              assertThat(skipped).isEqualTo(beats - 1);
            });
    assertThat(writers(deployments)).hasSize(100);
    for (String id : deployments) {
      bench.undeploy(id);
    }
    assertThatNoWriterLives(deployments);
  }

  @Test
  void aSecondDeploymentOfOneTargetAndIdentityFails() throws Exception {
    String first = bench.deploy();
    assertThatThrownBy(bench::deploy)
        .isInstanceOf(ExecutionException.class)
        .cause()
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(Configs.TARGET);
    bench.start(
        new HeartbeatVerticle(
            new FakeTransport(Optional.of("another identity")), bench.timers::clock),
        SenderFixture.config());
    assertThat(bench.snapshot()).hasSize(2);
    bench.undeploy(first);
    assertThat(bench.deploy()).isNotEmpty();
  }

  @Test
  void oneTargetAboveTheLimitFails() throws Exception {
    Senders.of(vertx).limit(1);
    bench.start();
    String other = Identity.generate(KeyType.ED25519).peerId().toString();
    assertThatThrownBy(
            () ->
                bench.deploy(
                    Configs.config(
                        "/ip4/192.0.2.1/tcp/1/p2p/" + other,
                        Duration.ofSeconds(3),
                        Duration.ofSeconds(10))))
        .cause()
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("heartbeat.maxTargets: 2");
    assertThat(bench.snapshot()).hasSize(1);
  }

  @Test
  void withoutATargetItIsDeployedButOff() throws Exception {
    try (LogLines logs = new LogLines(HeartbeatVerticle.class)) {
      String id = bench.deploy(Configs.config("", Duration.ofSeconds(3), Duration.ofSeconds(10)));
      assertThat(bench.snapshot()).isEmpty();
      assertThat(bench.timers.count()).isZero();
      assertThat(logs.lines())
          .containsExactly("INFO heartbeat sender is off: beatTarget is empty node=alice");
      bench.undeploy(id);
    }
    assertThat(bench.transport.attempts).hasValue(0);
  }

  @Test
  void everyLogLineNamesItsNode() throws Exception {
    try (LogLines connections = new LogLines(TargetSender.class);
        LogLines beats = new LogLines(BeatSource.class)) {
      bench.transport.script = FakeTransport::refuse;
      String id = bench.deploy();
      Await.until(vertx, () -> bench.status().failedConnects() == 1);
      bench.transport.script = FakeTransport.FakeStream::new;
      // Every second answer has no head.
      bench.answerHead("no head");
      bench.reconnect();
      FakeTransport.FakeStream stream = bench.stream();
      for (int beat = 0; beat < 3; beat++) {
        long sent = 1L + beat;
        bench.beat();
        assertThat(Await.take(stream.frames)).startsWith("{\"Head\":");
        // A beat that is due while another is being written is skipped.
        Await.until(vertx, () -> bench.status().beatsSent() == sent);
      }
      stream.closed.complete(null);
      Await.until(vertx, () -> !bench.status().connected());
      bench.undeploy(id);
      assertThat(connections.lines()).hasSizeGreaterThan(3);
      assertThat(beats.lines()).hasSizeGreaterThan(1);
      assertThat(connections.lines()).allMatch(line -> line.contains(" node=alice "));
      assertThat(beats.lines()).allMatch(line -> line.contains(" node=alice "));
    }
  }

  @Test
  void aTargetWithoutPeerIdFailsTheDeployment() {
    for (String target :
        List.of("/ip4/192.0.2.1/tcp/9081", "nonsense", "/ip4/192.0.2.1/tcp/1/p2p/x")) {
      assertThatThrownBy(
              () ->
                  bench.deploy(
                      Configs.config(target, Duration.ofSeconds(3), Duration.ofSeconds(10))))
          .cause()
          .isInstanceOf(ConfigException.class)
          .hasMessageStartingWith("beatTarget: " + target);
    }
    assertThat(bench.snapshot()).isEmpty();
  }

  @Test
  void connectionChangesArePublished() throws Exception {
    bench.transport.script = FakeTransport::refuse;
    String id = bench.deploy();
    JsonObject failed = Await.take(bench.events);
    assertThat(failed.fieldNames())
        .containsExactlyInAnyOrder("target", "peerId", "nickname", "connected", "at", "error");
    assertThat(failed.getString("target")).isEqualTo(Configs.TARGET);
    assertThat(failed.getString("peerId")).isEqualTo(Configs.PEER);
    assertThat(failed.getString("nickname")).isEqualTo("alice");
    assertThat(failed.getBoolean("connected")).isFalse();
    assertThat(failed.getString("at")).isEqualTo("2026-01-01T00:00:00.000Z");
    assertThat(failed.getString("error")).contains("connection refused");
    bench.reconnect();
    Await.until(vertx, () -> bench.status().failedConnects() == 2);
    bench.transport.script = FakeTransport.FakeStream::new;
    bench.reconnect();
    FakeTransport.FakeStream stream = bench.stream();
    JsonObject connected = Await.take(bench.events);
    assertThat(connected.getBoolean("connected")).isTrue();
    assertThat(connected.containsKey("error")).isFalse();
    stream.closed.completeExceptionally(
        new TransportException(TransportException.Code.CONNECTION_LOST, "reset", null));
    JsonObject lost = Await.take(bench.events);
    assertThat(lost.getBoolean("connected")).isFalse();
    assertThat(lost.getString("error")).isEqualTo("CONNECTION_LOST: reset");
    bench.reconnect();
    assertThat(bench.stream().closes).hasValue(0);
    assertThat(Await.take(bench.events).getBoolean("connected")).isTrue();
    bench.undeploy(id);
    assertThat(Await.take(bench.events).getBoolean("connected")).isFalse();
    assertThat(bench.events).isEmpty();
  }

  @Test
  void aSupplantedSenderWarnsOnceAndReconnects() throws Exception {
    String id = bench.deploy();
    try (LogLines lines = new LogLines(TargetSender.class)) {
      for (int minute : List.of(0, 1, 9, 11)) {
        FakeTransport.FakeStream stream = bench.stream();
        stream.closed.completeExceptionally(
            new TransportException(
                TransportException.Code.SUPPLANTED, "reset after minute " + minute, null));
        Await.until(vertx, () -> !bench.status().connected());
        bench.reconnect();
        bench.timers.advance(Duration.ofMinutes(minute == 0 ? 1 : minute == 1 ? 8 : 2));
      }
      assertThat(bench.stream().closes).hasValue(0);
      assertThat(lines.lines())
          .filteredOn(line -> line.contains("cause="))
          .extracting(line -> line.replaceAll(" node=\\S+ peer=\\S+ target=\\S+", ""))
          .containsExactly(
              "WARN replaced: another process beats with this key; was the key file copied to"
                  + " another machine? cause=SUPPLANTED: reset after minute 0",
              "INFO connection lost cause=SUPPLANTED: reset after minute 1",
              "INFO connection lost cause=SUPPLANTED: reset after minute 9",
              "WARN replaced: another process beats with this key; was the key file copied to"
                  + " another machine? cause=SUPPLANTED: reset after minute 11");
    }
    bench.undeploy(id);
  }

  @Test
  void theLocalPeerIdIsPublishedWhenKnown() throws Exception {
    bench.start(
        new HeartbeatVerticle(new FakeTransport(Optional.of("me")), bench.timers::clock),
        SenderFixture.config());
    assertThat(Await.take(bench.events).getString("localPeerId")).isEqualTo("me");
    assertThat(bench.status().localPeerId()).contains("me");
  }

  @Test
  void aLastingFailureToConnectIsAWarningAgainAfterOneFiveAndFifteenMinutes() throws Exception {
    try (LogLines logs = new LogLines(TargetSender.class)) {
      bench.transport.script = FakeTransport::refuse;
      String id = bench.deploy();
      for (int attempt = 1; attempt <= 121; attempt++) {
        int failed = attempt;
        Await.until(vertx, () -> bench.status().failedConnects() == failed);
        bench.timers.advance(Duration.ofSeconds(10));
        bench.reconnect();
      }
      Await.until(vertx, () -> bench.status().failedConnects() == 122);
      bench.transport.script = FakeTransport.FakeStream::new;
      bench.reconnect();
      bench.stream().closed.complete(null);
      Await.until(vertx, () -> !bench.status().connected());
      bench.transport.script = FakeTransport::refuse;
      bench.reconnect();
      Await.until(vertx, () -> bench.status().failedConnects() == 123);
      // The sender counts before it logs: the line is certain to be there once it has stopped.
      bench.undeploy(id);
      String what = " cannot connect node=alice peer=" + Configs.PEER + " target=" + Configs.TARGET;
      String error = " cause=CONNECT_FAILED: connection refused: " + Configs.TARGET;
      assertThat(logs.lines().stream().filter(line -> !line.startsWith("DEBUG")))
          .containsExactly(
              "WARN" + what + error,
              "WARN" + what + " for=1m0s" + error,
              "WARN" + what + " for=5m0s" + error,
              "WARN" + what + " for=15m0s" + error,
              "INFO connected node=alice peer=" + Configs.PEER + " target=" + Configs.TARGET,
              "INFO connection lost node=alice peer="
                  + Configs.PEER
                  + " target="
                  + Configs.TARGET
                  + " cause=the peer ended it",
              "WARN" + what + error);
      assertThat(logs.lines())
          .contains(
              "DEBUG connecting node=alice peer=" + Configs.PEER + " target=" + Configs.TARGET,
              "DEBUG" + what + error);
    }
  }

  @Test
  void undeployClosesTheStreamEvenUnderAStuckWrite() throws Exception {
    String id = bench.deploy();
    FakeTransport.FakeStream stream = bench.stream();
    stream.stuck = true;
    bench.beat();
    assertThat(Await.take(stream.writes)).isNotNull();
    bench.undeploy(id);
    assertThat(stream.closes.get()).isPositive();
    assertThat(bench.timers.count()).isZero();
    assertThat(bench.snapshot()).isEmpty();
    assertThatNoWriterLives(List.of(id));
  }

  @Test
  void aStreamThatOpensAfterTheUndeployIsClosed() throws Exception {
    CountDownLatch slow = new CountDownLatch(1);
    bench.transport.script =
        target -> {
          await(slow);
          return new FakeTransport.FakeStream(target);
        };
    String id = bench.deploy();
    Await.until(vertx, () -> bench.transport.attempts.get() == 1);
    bench.undeploy(id);
    assertThat(bench.snapshot()).isEmpty();
    slow.countDown();
    FakeTransport.FakeStream late = Await.take(bench.transport.streams);
    Await.until(vertx, () -> late.closes.get() > 0);
    assertThatNoWriterLives(List.of(id));
  }

  @Test
  void aThousandDeploymentsLeaveNothingBehind() throws Exception {
    BlockingQueue<FakeTransport.FakeStream> opened = new LinkedBlockingQueue<>();
    List<String> deployments = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      FakeTransport transport = new FakeTransport();
      transport.script =
          target -> {
            FakeTransport.FakeStream stream = new FakeTransport.FakeStream(target);
            opened.add(stream);
            return stream;
          };
      String id =
          bench.deploy(
              new HeartbeatVerticle(transport, bench.timers::clock),
              SenderFixture.config().toJson());
      deployments.add(id);
      if (i % 3 == 0) {
        FakeTransport.FakeStream stream = Await.take(transport.streams);
        Await.until(vertx, () -> bench.status().connected());
        bench.beat();
        assertThat(Await.take(stream.frames)).isNotEmpty();
      }
      bench.undeploy(id);
    }
    assertThatNoWriterLives(deployments);
    for (FakeTransport.FakeStream stream : opened) {
      assertThat(Await.failed(stream.closed)).isTrue();
    }
    assertThat(bench.timers.count()).isZero();
    assertThat(bench.snapshot()).isEmpty();
    assertThat(vertx.deploymentIDs()).isEmpty();
  }

  private static void await(CountDownLatch latch) {
    boolean open = false;
    while (!open) {
      try {
        latch.await();
        open = true;
      } catch (InterruptedException e) {
        // The test needs a transport that ignores interrupts.
        open = false;
      }
    }
  }

  /** Returns the writing threads of these deployments, without those of other tests. */
  private static List<Thread> writers(List<String> deployments) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("heartbeat-write"))
        .filter(thread -> deployments.stream().anyMatch(thread.getName()::contains))
        .toList();
  }

  private static void assertThatNoWriterLives(List<String> deployments)
      throws InterruptedException {
    for (Thread writer : writers(deployments)) {
      writer.join(20_000);
      assertThat(writer.isAlive()).isFalse();
    }
  }
}
