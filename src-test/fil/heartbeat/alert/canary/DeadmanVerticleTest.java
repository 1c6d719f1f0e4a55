package fil.heartbeat.alert.canary;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import fil.heartbeat.config.AlertsConfig.Deadman;
import fil.heartbeat.config.Secret;
import fil.heartbeat.testing.Await;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.junit5.VertxExtension;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(VertxExtension.class)
class DeadmanVerticleTest {
  private static final String KEY = "s3cr3t-key";
  private static final Duration PERIOD = Duration.ofMillis(10);
  private static final Duration SHORT = Duration.ofMillis(200);

  private final List<String> pings = new CopyOnWriteArrayList<>();
  private final AtomicBoolean healthy = new AtomicBoolean(true);
  private final LogTap log = new LogTap();
  private final List<String> deployed = new ArrayList<>();
  private Duration timeout = Duration.ofSeconds(10);
  private volatile Consumer<HttpServerRequest> answer = request -> request.response().end();
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
                      pings.add(request.method() + " " + request.uri());
                      answer.accept(request);
                    })
                .listen(0, "127.0.0.1"));
    base = "http://127.0.0.1:" + server.actualPort();
  }

  @AfterEach
  void theSecretIsInNoLog() throws Exception {
    try (log) {
      for (String id : deployed) {
        Await.done(vertx.undeploy(id));
      }
    }
    assertThat(log.lines(Level.TRACE)).noneMatch(line -> line.contains(KEY));
  }

  private DeadmanVerticle deploy(Optional<Deadman> config, Map<String, String> environment)
      throws Exception {
    DeadmanVerticle deadman =
        new DeadmanVerticle(
            config, healthy::get, environment, Optional.empty(), timeout, InstantSource.system());
    deployed.add(Await.done(vertx.deployVerticle(deadman)));
    return deadman;
  }

  private DeadmanVerticle deploy(String url) throws Exception {
    return deploy(Optional.of(to(url)), Map.of());
  }

  private static Deadman to(String url) {
    return new Deadman(new Secret.Plain(url), PERIOD);
  }

  private String fault(DeadmanVerticle deadman) throws InterruptedException {
    // It is counted first, and logged afterwards.
    Await.until(vertx, () -> deadman.stats().failures() > 0 && !log.lines(Level.WARN).isEmpty());
    DeadmanStats stats = deadman.stats();
    assertThat(stats.pings()).isZero();
    assertThat(stats.lastPing()).isNull();
    assertThat(stats.toString()).doesNotContain(KEY);
    assertThat(log.lines(Level.WARN)).hasSize(1);
    return String.valueOf(stats.lastError());
  }

  @Test
  void itKeepsPingingWhileHealthy() throws Exception {
    DeadmanVerticle deadman = deploy(base + "/" + KEY + "?a=b");
    Await.until(vertx, () -> deadman.stats().pings() >= 3);
    assertThat(pings).containsOnly("GET /" + KEY + "?a=b");
    assertThat(deadman.stats().failures()).isZero();
    assertThat(deadman.stats().withheld()).isZero();
    assertThat(deadman.stats().lastPing()).isNotNull();
    assertThat(log.lines(Level.INFO)).isEmpty();
  }

  @Test
  void itDoesNotPingWhileUnhealthy() throws Exception {
    healthy.set(false);
    DeadmanVerticle deadman = deploy(base);
    Await.until(vertx, () -> deadman.stats().withheld() >= 3);
    assertThat(pings).isEmpty();
    healthy.set(true);
    Await.until(vertx, () -> deadman.stats().pings() > 0);
  }

  @Test
  void theUrlMayBeInTheEnvironmentOrInAFileThatChanges(@TempDir Path folder) throws Exception {
    DeadmanVerticle deadman =
        deploy(
            Optional.of(new Deadman(new Secret.InEnvironment("PING"), PERIOD)),
            Map.of("PING", base + "/env"));
    Await.until(vertx, () -> deadman.stats().pings() > 0);
    Path file = Files.writeString(folder.resolve("url"), base + "/one\n");
    deadman.config(Optional.of(new Deadman(new Secret.InFile(file), PERIOD)));
    Await.until(vertx, () -> pings.contains("GET /one"));
    Files.writeString(file, base + "/two\n");
    Await.until(vertx, () -> pings.contains("GET /two"));
  }

  @Test
  void aReloadChangesWhereItGoes() throws Exception {
    DeadmanVerticle deadman = deploy(Optional.empty(), Map.of());
    deadman.config(Optional.of(to(base + "/new")));
    Await.until(vertx, () -> pings.contains("GET /new"));
    deadman.config(Optional.of(to(base + "/newer")));
    Await.until(vertx, () -> pings.contains("GET /newer"));
    deadman.config(Optional.empty());
    deadman.config(Optional.of(to(base + "/last")));
    Await.until(vertx, () -> pings.stream().filter("GET /last"::equals).count() >= 5);
    assertThat(pings.lastIndexOf("GET /new")).isLessThan(pings.indexOf("GET /newer"));
    assertThat(pings.lastIndexOf("GET /newer")).isLessThan(pings.indexOf("GET /last"));
  }

  @Test
  void aReloadEndsIt() throws Exception {
    Promise<HttpServerRequest> first = Promise.promise();
    answer = first::complete;
    DeadmanVerticle deadman = deploy(base + "/one");
    HttpServerRequest underWay = Await.done(first.future());
    deadman.config(Optional.empty());
    answer = request -> request.response().end();
    Await.done(underWay.response().end());
    Await.until(vertx, () -> deadman.stats().pings() > 0);
    DeadmanVerticle other = deploy(base + "/other");
    Await.until(vertx, () -> other.stats().pings() >= 5);
    assertThat(pings).startsWith("GET /one").hasSizeGreaterThan(5);
    assertThat(pings.stream().skip(1)).containsOnly("GET /other");
  }

  @Test
  void anAnswerOtherThan2xxIsAFailure() throws Exception {
    answer = request -> request.response().setStatusCode(500).end();
    assertThat(fault(deploy(base + "/" + KEY))).isEqualTo("HTTP 500 (expected: 2xx)");
  }

  @Test
  void aRedirectIsNotFollowed() throws Exception {
    answer =
        request -> request.response().setStatusCode(302).putHeader("Location", "/elsewhere").end();
    assertThat(fault(deploy(base + "/" + KEY))).isEqualTo("HTTP 302 (expected: 2xx)");
    assertThat(pings).containsOnly("GET /" + KEY);
  }

  @Test
  void anUnansweredPingIsGivenUp() throws Exception {
    timeout = SHORT;
    AtomicBoolean hungUp = new AtomicBoolean();
    answer = request -> request.connection().closeHandler(closed -> hungUp.set(true));
    assertThat(fault(deploy(base + "/" + KEY))).isEqualTo("no answer within 200 ms");
    Await.until(vertx, hungUp::get);
  }

  @Test
  void anEndlessAnswerIsNotReadFurther() throws Exception {
    AtomicBoolean hungUp = new AtomicBoolean();
    answer =
        request -> {
          request.connection().closeHandler(closed -> hungUp.set(true));
          request.response().setChunked(true).write("and so on ").onFailure(end -> {});
        };
    DeadmanVerticle deadman = deploy(base);
    Await.until(vertx, () -> deadman.stats().pings() >= 2 && hungUp.get());
  }

  @Test
  void anUnreachableServiceIsAFailure() throws Exception {
    // Bound and not listening: it refuses connections, and no other socket can take the port
    // meanwhile.
    try (Socket bound = new Socket()) {
      bound.bind(new InetSocketAddress("127.0.0.1", 0));
      String url = "http://127.0.0.1:" + bound.getLocalPort() + "/" + KEY;
      assertThat(fault(deploy(url))).startsWith("no answer: ").doesNotContain("127.0.0.1");
    }
  }

  @Test
  void anInvalidUrlIsAFailureThatDoesNotShowIt() throws Exception {
    assertThat(fault(deploy(KEY))).isEqualTo("not a URL (expected: http://… or https://…)");
  }

  @Test
  void aMissingSecretIsAFailureThatNamesItsPlace() throws Exception {
    DeadmanVerticle deadman =
        deploy(
            Optional.of(new Deadman(new Secret.InFile(Path.of("no-such-file")), PERIOD)), Map.of());
    assertThat(fault(deadman)).contains("no-such-file");
  }
}
