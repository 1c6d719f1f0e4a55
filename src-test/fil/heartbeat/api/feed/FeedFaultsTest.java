package fil.heartbeat.api.feed;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.aggregator.AggregatorView;
import fil.heartbeat.aggregator.ChainView;
import fil.heartbeat.aggregator.Changes;
import fil.heartbeat.aggregator.Claims;
import fil.heartbeat.aggregator.Contact;
import fil.heartbeat.aggregator.Node;
import fil.heartbeat.aggregator.Overview;
import fil.heartbeat.aggregator.Snapshot;
import fil.heartbeat.alert.model.Alert;
import fil.heartbeat.alert.model.AlertRule;
import fil.heartbeat.alert.model.Severity;
import fil.heartbeat.api.access.Routes;
import fil.heartbeat.testing.FakeAlerts;
import fil.heartbeat.testing.FleetFixtures;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The aggregator or the alerts fail for a while; viewers receive all of it afterwards. */
@Timeout(60)
class FeedFaultsTest {
  enum Fault {
    THROWS,
    ERROR,
    FAILS,
    NOTHING,
    NEVER
  }

  /** One node, whose name is its version. */
  private static final class View implements AggregatorView {
    private volatile int name = 1;
    private volatile @Nullable Fault changes;
    private volatile @Nullable Fault rows;
    private volatile boolean odd;
    private int last = 1;

    private Node node() {
      Contact contact =
          new Contact(
              new Contact.Connection(true, null, null, null),
              new Contact.Uptime(null, ""),
              null,
              null,
              null,
              name);
      return FleetFixtures.node(
          "peer", new Claims("name-" + name, null, null, List.of(), 1L, null), contact);
    }

    @Override
    public InstantSource clock() {
      return InstantSource.system();
    }

    @Override
    public Future<Changes> changesSince(long since) {
      return answer(
          changes,
          () -> {
            // Each change is in one answer only, except for an answer with everything.
            boolean news = last != name || since == 0;
            last = name;
            return FleetFixtures.changes(
                FleetFixtures.NOW,
                name,
                since == 0,
                false,
                news ? List.of(node(), odd ? broken() : node()) : List.of(),
                List.of(),
                List.of(),
                0);
          });
    }

    /** A node of which no event can be made. */
    @SuppressWarnings("NullAway")
    private Node broken() {
      return FleetFixtures.node("broken", Claims.NONE, null);
    }

    @Override
    public Future<List<Node>> nodes(Collection<String> peerIds) {
      return answer(rows, () -> List.of(node()));
    }

    @Override
    public Future<Overview> overview() {
      return Future.failedFuture("overview");
    }

    @Override
    public Future<Snapshot> snapshot() {
      return Future.failedFuture("snapshot");
    }

    @Override
    public Future<List<ChainView>> chain(int heights) {
      return Future.failedFuture("chain");
    }

    @Override
    public Future<Boolean> forget(String peerId) {
      return Future.failedFuture("forget");
    }
  }

  private static final class Alerts extends FakeAlerts {
    private volatile @Nullable Fault fault;

    @Override
    public synchronized Future<List<Alert>> alerts() {
      Fault now = fault;
      return now == null ? super.alerts() : answer(now, List::of);
    }
  }

  @SuppressWarnings("NullAway")
  private static <T> Future<T> answer(@Nullable Fault fault, Supplier<T> well) {
    if (fault == null) {
      return Future.succeededFuture(well.get());
    }
    return switch (fault) {
      case THROWS -> throw new IllegalStateException("throws");
      case ERROR -> throw new StackOverflowError("error");
      case FAILS -> Future.failedFuture("fails");
      case NOTHING -> null;
      case NEVER -> Promise.<T>promise().future();
    };
  }

  private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
  private final View view = new View();
  private final Alerts alerts = new Alerts();
  private final Feed feed =
      new Feed(
          vertx,
          view,
          Optional.of(alerts),
          InstantSource.system(),
          1,
          FeedBudget.ofHeap(),
          Duration.ofMillis(5));
  private final AtomicReference<String> told = new AtomicReference<>("");

  @BeforeEach
  void watch() {
    Router router = Router.router(vertx);
    feed.mount(new Routes(router, RoutingContext::next));
    HttpServer serving = vertx.createHttpServer().requestHandler(router);
    int port = serving.listen(0, "127.0.0.1").await().actualPort();
    HttpClient watcher = vertx.createHttpClient();
    watcher
        .request(HttpMethod.GET, port, "127.0.0.1", "/api/v1/events?rows=peer")
        .compose(request -> request.send())
        .map(
            events ->
                events.handler(bytes -> told.accumulateAndGet(bytes.toString(), String::concat)))
        .await();
    until(() -> isTold("\"name-1\""));
  }

  @AfterEach
  void end() {
    vertx.close().await();
  }

  private boolean isTold(String text) {
    return String.valueOf(told.get()).contains(text);
  }

  /** Checked on the feed's loop. */
  private void until(BooleanSupplier holds) {
    boolean[] now = {false};
    while (!now[0]) {
      now[0] = vertx.timer(1, TimeUnit.MILLISECONDS).map(looking -> holds.getAsBoolean()).await();
    }
  }

  private void failed() {
    long before = feed.failed();
    until(() -> feed.failed() >= before + 3);
  }

  @ParameterizedTest
  @EnumSource
  void changesDuringAFailureAreSentAfterwards(Fault fault) {
    view.changes = fault;
    failed();
    view.name = 2;
    failed();
    assertThat(isTold("\"name-2\"")).isFalse();
    view.changes = null;
    until(() -> isTold("\"name-2\""));
  }

  @ParameterizedTest
  @EnumSource
  void alertsAreSentAfterwards(Fault fault) {
    alerts.fault = fault;
    failed();
    alerts.add(FakeAlerts.firing("one", AlertRule.NODE_SILENT, Severity.WARNING, "peer"));
    alerts.fault = null;
    until(() -> isTold("\"one\""));
  }

  @ParameterizedTest
  @EnumSource
  void rowsAreSentAfterwards(Fault fault) {
    view.rows = fault;
    failed();
    view.name = 3;
    view.rows = null;
    until(() -> isTold("\"beats\":3"));
  }

  /** A change of which no event could be made does not count as sent. */
  @Test
  void aChangeThatFailedIsAppliedTheNextTime() {
    view.odd = true;
    view.name = 4;
    failed();
    assertThat(isTold("\"name-4\"")).isFalse();
    view.odd = false;
    until(() -> isTold("\"name-4\""));
  }
}
