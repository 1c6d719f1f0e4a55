package fil.heartbeat.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fil.heartbeat.config.Config;
import fil.heartbeat.config.LockFile;
import fil.heartbeat.history.HistoryException;
import fil.heartbeat.history.SqliteHistory;
import fil.heartbeat.testing.Await;
import fil.heartbeat.testing.LogLines;
import io.vertx.core.Deployable;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.internal.VertxWrapper;
import io.vertx.core.json.JsonObject;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The order in which the verticles of the roles start and stop. */
@Timeout(60)
class RoleOrderTest {
  private static final List<String> ALERTS =
      List.of("PeerWatchVerticle", "AlertVerticle", "CanaryVerticle", "DeadmanVerticle");
  private static final List<String> SENDER =
      List.of("ChainHeadVerticle", "MinerAddressVerticle", "HeartbeatVerticle");

  @TempDir Path folder;

  /** The events, such as {@code "up ApiVerticle"}, {@code "down ApiVerticle"}. */
  private final List<String> events = Collections.synchronizedList(new ArrayList<>());

  /** Names of verticles whose deployment fails. */
  private final Set<String> broken = ConcurrentHashMap.newKeySet();

  /** Delays the end of a sender that is stopped. */
  private final Promise<Void> alertsAreDown = Promise.promise();

  private final Vertx vertx = new Recorder(Vertx.vertx());

  /** Records each beginning and each end. */
  private final class Recorder extends VertxWrapper {
    private final Map<String, String> names = Collections.synchronizedMap(new HashMap<>());

    Recorder(Vertx real) {
      super((VertxInternal) real);
    }

    @Override
    public Future<String> deployVerticle(
        Supplier<? extends Deployable> maker, DeploymentOptions options) {
      Deployable made = maker.get();
      String name = made.getClass().getSimpleName();
      if (broken.contains(name)) {
        return Future.failedFuture(new IllegalStateException(name + " is broken"));
      }
      return super.deployVerticle(() -> made, options)
          .onSuccess(
              id -> {
                names.put(id, name);
                events.add("up " + name);
              });
    }

    @Override
    public Future<Void> undeploy(String id) {
      String name = names.getOrDefault(id, "");
      events.add("ends " + name);
      Promise<Void> told = Promise.promise();
      super.undeploy(id)
          .eventually(
              () ->
                  name.equals("HeartbeatVerticle")
                      ? alertsAreDown.future()
                      : Future.succeededFuture())
          .onComplete(
              gone -> {
                events.add("down " + name);
                told.handle(gone);
                // A stop that does not wait for the sender would have continued by now.
                if (name.equals(ALERTS.get(0))) {
                  alertsAreDown.tryComplete();
                }
              });
      return told.future();
    }

    @Override
    public Future<Void> close() {
      events.add("ends Vert.x");
      return super.close()
          .onComplete(
              gone -> {
                events.add("down Vert.x");
                // Any part may still have written to the store that is closed last.
                assertThatThrownBy(RoleOrderTest.this::openHistory)
                    .isInstanceOf(HistoryException.class);
                assertThatThrownBy(RoleOrderTest.this::takeKey).hasMessageContaining("in use by ");
                events.add("history and keys are held");
              });
    }
  }

  private Future<?> openHistory() {
    return SqliteHistory.open(folder.resolve("data"), InstantSource.system()).close();
  }

  private void takeKey() throws Exception {
    LockFile.take(folder.resolve("aggregator.key.lock")).close();
  }

  private App app(Config config) {
    return new App(vertx, config, "test", line -> {}, new Steps(step -> {}), new ProcessLocks());
  }

  private Config config(int httpPort, String alerts) {
    return Config.parse(
        new JsonObject(
            """
            {"heartbeat":{"nickname":"alice","targets":[{"beatTarget":"local"}]},
             "chain":{"source":"simulated"},
             "aggregator":{"listen":"/ip4/127.0.0.1/tcp/0","network":"simulated"},
             "http":{"port":%d}%s}
            """
                .formatted(httpPort, alerts)),
        folder,
        Map.of());
  }

  private static List<String> up(List<String> names) {
    return names.stream().map(name -> "up " + name).toList();
  }

  /** One after the other, the last first. */
  private static List<String> down(List<String> names) {
    List<String> all = new ArrayList<>();
    for (int i = names.size() - 1; i >= 0; i--) {
      all.add("ends " + names.get(i));
      all.add("down " + names.get(i));
    }
    return all;
  }

  private static List<String> joined(List<List<String>> parts) {
    return parts.stream().flatMap(List::stream).toList();
  }

  /** The events since the last call. */
  private List<String> taken() {
    synchronized (events) {
      List<String> all = List.copyOf(events);
      events.clear();
      return all;
    }
  }

  private void assertThatAllIsFree() throws Exception {
    Await.done(openHistory());
    takeKey();
  }

  @Test
  void rolesStartOneAfterTheOtherAndTheHistoryStopsLast() throws Exception {
    App app = app(config(0, ",\"alerts\":{}"));
    Await.done(app.start());
    assertThat(taken())
        .isEqualTo(
            up(
                joined(
                    List.of(
                        List.of("AggregatorVerticle"), ALERTS, List.of("ApiVerticle"), SENDER))));
    Await.done(app.stop());
    List<String> stop = taken();
    // The last beats take a while, and may overlap with everything but the stop of their
    // aggregator.
    assertThat(stop).startsWith("ends HeartbeatVerticle", "ends ApiVerticle");
    assertThat(stop.subList(0, stop.indexOf("ends AggregatorVerticle")))
        .containsAll(down(SENDER))
        .containsSubsequence("down HeartbeatVerticle", "down ChainHeadVerticle");
    assertThat(stop.stream().filter(event -> SENDER.stream().noneMatch(event::endsWith)))
        .isEqualTo(
            joined(
                List.of(
                    down(List.of("ApiVerticle")),
                    down(ALERTS),
                    down(List.of("AggregatorVerticle")),
                    List.of("ends Vert.x", "down Vert.x", "history and keys are held"))));
    assertThatAllIsFree();
  }

  @Test
  void aFailedStartIsStoppedInTheSameOrder() throws Exception {
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      App app = app(config(other.getLocalPort(), ",\"alerts\":{}"));
      assertThatThrownBy(() -> Await.done(app.start()))
          .hasMessageContaining("127.0.0.1:" + other.getLocalPort());
      assertThat(taken()).isEqualTo(up(joined(List.of(List.of("AggregatorVerticle"), ALERTS))));
      Await.done(app.stop());
    }
    assertThat(taken())
        .isEqualTo(
            joined(
                List.of(
                    down(ALERTS),
                    down(List.of("AggregatorVerticle")),
                    List.of("ends Vert.x", "down Vert.x", "history and keys are held"))));
    assertThatAllIsFree();
  }

  @Test
  void alertsThatFailToStartAreStoppedAndRetriedWithTheNextChange() throws Exception {
    Config without = config(0, "");
    Config with = config(0, ",\"alerts\":{}");
    App app = app(without);
    Await.done(app.start());
    List<String> unused = taken();
    broken.add("CanaryVerticle");
    try (LogLines loud = LogLines.loud()) {
      Await.done(app.reload(with));
      assertThat(loud.lines())
          .containsExactly(
              "ERROR alerts not applied, will retry with the next change"
                  + " cause=CanaryVerticle is broken");
    }
    List<String> begun = ALERTS.subList(0, 2);
    assertThat(taken()).isEqualTo(joined(List.of(up(begun), down(begun))));
    broken.clear();
    Await.done(app.reload(with));
    assertThat(taken()).isEqualTo(up(ALERTS));
    // Unchanged parts are left alone.
    Await.done(app.reload(with));
    assertThat(taken()).isEmpty();
    Await.done(app.reload(without));
    assertThat(taken()).isEqualTo(down(ALERTS));
    Await.done(app.stop());
  }
}
