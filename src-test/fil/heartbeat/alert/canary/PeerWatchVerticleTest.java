package fil.heartbeat.alert.canary;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import fil.heartbeat.config.AlertsConfig.Peer;
import fil.heartbeat.testing.Await;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.junit5.VertxExtension;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(VertxExtension.class)
class PeerWatchVerticleTest {
  private static final Duration PERIOD = Duration.ofMillis(10);
  private static final Duration SHORT = Duration.ofMillis(200);
  private static final String READY = "{\"status\":\"ready\",\"degraded\":[]}";

  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final AtomicLong seconds = new AtomicLong();
  private final List<String> deployed = new ArrayList<>();
  private Duration timeout = Duration.ofSeconds(10);
  private volatile Consumer<HttpServerRequest> answer = request -> request.response().end(READY);
  private Vertx vertx;
  private String base;

  @BeforeEach
  void listen(Vertx vertx) throws Exception {
    this.vertx = vertx;
    HttpServer server =
        Await.done(
            vertx
                .createHttpServer()
                .requestHandler(
                    request -> {
                      asked.add(request.uri() + " " + request.getHeader("Authorization"));
                      answer.accept(request);
                    })
                .listen(0, "127.0.0.1"));
    base = "http://127.0.0.1:" + server.actualPort();
  }

  @AfterEach
  void undeploy() throws Exception {
    for (String id : deployed) {
      Await.done(vertx.undeploy(id));
    }
  }

  private Peer peer(String name, String url) {
    return new Peer(name, url, Optional.empty());
  }

  private PeerWatchVerticle deploy(Peer... peers) throws Exception {
    PeerWatchVerticle verticle =
        new PeerWatchVerticle(
            List.of(peers),
            Optional.empty(),
            PERIOD,
            timeout,
            () -> TimeUnit.SECONDS.toNanos(seconds.get()));
    deployed.add(Await.done(vertx.deployVerticle(verticle)));
    return verticle;
  }

  /** The clock advances with each question, and the peer is never considered dead. */
  private void lives(PeerWatchVerticle verticle) throws InterruptedException {
    Consumer<HttpServerRequest> before = answer;
    answer =
        request -> {
          seconds.addAndGet(15);
          before.accept(request);
        };
    int already = asked.size();
    Await.until(
        vertx,
        () -> {
          assertThat(verticle.dead()).isEmpty();
          return asked.size() >= already + 8;
        });
  }

  private void dies(PeerWatchVerticle verticle) throws InterruptedException {
    assertThat(verticle.dead()).isEmpty();
    seconds.addAndGet(31);
    Await.until(vertx, () -> verticle.dead().equals(List.of("east")));
  }

  @ParameterizedTest
  @ValueSource(strings = {READY, "{\"status\":\"degraded\",\"degraded\":[\"clock: …\"]}"})
  void aReadyOrDegradedPeerIsUp(String body) throws Exception {
    answer = request -> request.response().end(body);
    lives(deploy(peer("east", base)));
    assertThat(asked).containsOnly("/health/ready null");
  }

  @Test
  void theBasePathIsKept() throws Exception {
    lives(deploy(peer("east", base + "/beats/")));
    assertThat(asked).containsOnly("/beats/health/ready null");
  }

  @Test
  void theTokenIsSent(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("token"), "abc123\n");
    lives(deploy(new Peer("east", base, Optional.of(file))));
    assertThat(asked).containsOnly("/health/ready Bearer abc123");
  }

  /** Others may hold all workers, and a disk that hangs holds none of theirs. */
  @Test
  void aTokenIsReadWithoutTheWorkersOfOthers(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("token"), "abc123\n");
    CountDownLatch end = new CountDownLatch(1);
    try {
      for (int i = 0; i < VertxOptions.DEFAULT_WORKER_POOL_SIZE; i++) {
        Future<Boolean> unused = vertx.executeBlocking(() -> end.await(1, TimeUnit.MINUTES), false);
      }
      lives(deploy(new Peer("east", base, Optional.of(file))));
    } finally {
      end.countDown();
    }
    assertThat(asked).containsOnly("/health/ready Bearer abc123");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"status\":\"starting\"}", "{\"status\":1}", "{}", "[]", "<html>", ""})
  void anotherAnswerDoesNotCount(String body) throws Exception {
    answer = request -> request.response().end(body);
    dies(deploy(peer("east", base)));
  }

  @ParameterizedTest
  @ValueSource(ints = {201, 302, 401, 503})
  void anotherStatusDoesNotCount(int status) throws Exception {
    answer =
        request ->
            request
                .response()
                .setStatusCode(status)
                .putHeader("Location", base + "/elsewhere")
                .end(READY);
    dies(deploy(peer("east", base)));
    assertThat(asked).containsOnly("/health/ready null");
  }

  @Test
  void aHangingPeerIsDead() throws Exception {
    timeout = SHORT;
    answer = request -> {};
    dies(deploy(peer("east", base)));
  }

  @Test
  void aPeerThatSendsWithoutEndIsDead() throws Exception {
    timeout = SHORT;
    answer = request -> request.response().setChunked(true).write("{").onFailure(end -> {});
    dies(deploy(peer("east", base)));
  }

  @Test
  void aPeerThatSendsTooMuchIsDead() throws Exception {
    answer = request -> request.response().end(READY + " ".repeat(1024 * 1024));
    dies(deploy(peer("east", base)));
  }

  @Test
  void withoutItsTokenAPeerIsNotAsked(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("token"), "two words\n");
    dies(deploy(new Peer("east", base, Optional.of(file))));
    assertThat(asked).isEmpty();
  }

  @Test
  void eachChangeIsLoggedOnce() throws Exception {
    try (LogTap log = new LogTap()) {
      answer = request -> request.response().setStatusCode(503).end();
      PeerWatchVerticle verticle = deploy(peer("east", base));
      dies(verticle);
      Await.until(vertx, () -> !log.lines(Level.INFO).isEmpty());
      int already = asked.size();
      Await.until(vertx, () -> asked.size() >= already + 3);
      assertThat(log.lines(Level.INFO)).containsExactly("peer aggregator is down name=east");
      answer = request -> request.response().end(READY);
      Await.until(vertx, () -> log.lines(Level.INFO).size() > 1);
      assertThat(verticle.dead()).isEmpty();
    }
  }

  @Test
  void aReloadChangesTheWatchedPeers() throws Exception {
    answer = request -> request.response().setStatusCode(503).end();
    PeerWatchVerticle verticle = deploy(peer("east", base));
    dies(verticle);
    verticle.peers(List.of(peer("west", base + "/west")));
    assertThat(verticle.dead()).isEmpty();
    Await.until(vertx, () -> asked.contains("/west/health/ready null"));
    verticle.peers(List.of());
    assertThat(verticle.dead()).isEmpty();
  }
}
