package fil.heartbeat.api.feed;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.aggregator.AggregatorView;
import fil.heartbeat.aggregator.ChainView;
import fil.heartbeat.aggregator.Changes;
import fil.heartbeat.aggregator.Node;
import fil.heartbeat.aggregator.Overview;
import fil.heartbeat.aggregator.Snapshot;
import fil.heartbeat.alert.model.Alert;
import fil.heartbeat.alert.model.AlertRule;
import fil.heartbeat.alert.model.Severity;
import fil.heartbeat.api.access.Routes;
import fil.heartbeat.api.http.Responses;
import fil.heartbeat.testing.FakeAlerts;
import fil.heartbeat.testing.FleetFixtures;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.PoolOptions;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.junit5.Timeout;
import io.vertx.junit5.VertxExtension;
import io.vertx.junit5.VertxTestContext;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class FeedTest {
  /** A dozen changes of all nodes are larger than a snapshot. */
  private static final int NODES = 500;

  /** Soon full when the client does not read. */
  private static final int SOCKET_BYTES = 16 * 1024;

  private static final String LAST = "end";

  /** Longer than any test. */
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private static final Pattern FIRST_NAME = Pattern.compile("(\"name-\\d+-\\d+\")");

  /** A view in which every node has another name for each question. */
  private static final class Restless implements AggregatorView {
    private long version;

    @Override
    public InstantSource clock() {
      return InstantSource.system();
    }

    @Override
    public Future<Changes> changesSince(long since) {
      version++;
      List<Node> nodes = new ArrayList<>();
      for (int i = 0; i < NODES; i++) {
        nodes.add(FleetFixtures.node("peer-" + i, "name-" + version + "-" + i, version));
      }
      return Future.succeededFuture(
          FleetFixtures.changes(
              FleetFixtures.NOW, version, false, false, nodes, List.of(), List.of(), 0));
    }

    @Override
    public Future<List<Node>> nodes(Collection<String> peerIds) {
      return Future.succeededFuture(List.of());
    }

    @Override
    public Future<Overview> overview() {
      return Future.failedFuture(LAST);
    }

    @Override
    public Future<Snapshot> snapshot() {
      return Future.failedFuture(LAST);
    }

    @Override
    public Future<List<ChainView>> chain(int heights) {
      return Future.failedFuture(LAST);
    }

    @Override
    public Future<Boolean> forget(String peerId) {
      return Future.failedFuture(LAST);
    }
  }

  private @Nullable Feed feed;
  private @Nullable HttpServer server;
  private @Nullable HttpClient client;
  private @Nullable Vertx own;

  @BeforeEach
  void aFeed(Vertx vertx, VertxTestContext test) {
    Feed made = new Feed(vertx, new Restless(), Optional.empty(), InstantSource.system());
    feed = made;
    client =
        vertx.createHttpClient(
            new HttpClientOptions().setReceiveBufferSize(SOCKET_BYTES),
            new PoolOptions().setHttp1MaxSize(2 * FeedAudience.MAX_CHANNELS));
    Router router = Router.router(vertx);
    made.mount(new Routes(router, RoutingContext::next));
    router.route().failureHandler(Responses::problem);
    vertx
        .createHttpServer(new HttpServerOptions().setSendBufferSize(SOCKET_BYTES))
        .requestHandler(router)
        .listen(0, "127.0.0.1")
        .onComplete(
            test.succeeding(
                bound -> {
                  server = bound;
                  test.completeNow();
                }));
  }

  @AfterEach
  void end(Vertx vertx, VertxTestContext test) {
    Feed made = Objects.requireNonNull(feed);
    // On its loop, which is the one that Vert.x gives to this thread.
    vertx.runOnContext(last -> made.close());
    Objects.requireNonNull(client)
        .close()
        .compose(closed -> Objects.requireNonNull(server).close())
        .compose(closed -> own == null ? Future.succeededFuture() : own.close())
        .onComplete(test.succeedingThenComplete());
  }

  private Future<HttpClientResponse> watch() {
    return watch("");
  }

  private Future<HttpClientResponse> watch(String query) {
    return watch(
        Objects.requireNonNull(client), Objects.requireNonNull(server).actualPort(), query);
  }

  private static Future<HttpClientResponse> watch(HttpClient client, int port, String query) {
    return client
        .request(HttpMethod.GET, port, "127.0.0.1", "/api/v1/events" + query)
        .compose(request -> request.send());
  }

  /** Ids of pieces, as they come in chunks of any size. */
  private static final class Ids {
    private static final Pattern ID = Pattern.compile("id: \\w+\\.(\\d+)\n");
    private static final int LONGEST = 40;

    private String carried = "";
    private int seen;
    private long last;

    void take(Buffer bytes) {
      String text = carried + bytes;
      Matcher found = ID.matcher(text);
      int end = 0;
      while (found.find()) {
        seen++;
        last = Long.parseLong(found.group(1));
        end = found.end();
      }
      carried = text.substring(Math.max(end, text.length() - LONGEST));
    }
  }

  @Test
  @Timeout(value = 2, timeUnit = TimeUnit.MINUTES)
  void aSlowReaderDelaysNoOtherAndSkipsOutdatedEvents(Vertx vertx, VertxTestContext test) {
    Feed live = Objects.requireNonNull(feed);
    Ids slow = new Ids();
    Ids quick = new Ids();
    watch()
        .compose(
            slowly -> {
              slowly.pause();
              slowly.handler(
                  bytes -> {
                    slow.take(bytes);
                    // Up to date again, without every piece.
                    if (slow.last >= quick.last) {
                      test.verify(() -> assertThat(slow.seen).isLessThan((int) slow.last));
                      test.completeNow();
                    }
                  });
              return watch().map(quickly -> List.of(slowly, quickly));
            })
        .onComplete(
            test.succeeding(
                both -> {
                  long[] missed = {0};
                  both.get(1)
                      .handler(
                          bytes -> {
                            quick.take(bytes);
                            if (missed[0] == 0 && live.fellBehind() > 0) {
                              missed[0] = quick.last;
                            }
                            // It missed more than a snapshot, and the other reader did not wait for
                            // it.
                            if (missed[0] > 0 && quick.last >= missed[0] + 12) {
                              both.get(0).resume();
                            }
                          });
                }));
  }

  @Test
  void filtersBeyondTheLimitAreRefusedAndCounted(VertxTestContext test) {
    List<Future<HttpClientResponse>> all =
        IntStream.range(0, FeedAudience.MAX_CHANNELS).mapToObj(i -> watch("?q=" + i)).toList();
    Future.all(all)
        .compose(open -> watch("?q=one-too-many"))
        .compose(refused -> watch("?q=0").map(again -> List.of(refused, again)))
        .onComplete(
            test.succeeding(
                both ->
                    test.verify(
                        () -> {
                          assertThat(both.get(0).statusCode()).isEqualTo(503);
                          assertThat(both.get(0).getHeader("retry-after")).isEqualTo("10");
                          assertThat(both.get(1).statusCode()).isEqualTo(200);
                          Feed live = Objects.requireNonNull(feed);
                          assertThat(live.refused()).containsEntry("filters", 1L);
                          assertThat(live.viewers()).isEqualTo(FeedAudience.MAX_CHANNELS + 1);
                          test.completeNow();
                        })));
  }

  @Test
  void tooManyRowsAreRejected(VertxTestContext test) {
    String rows = "a,".repeat(FeedSight.MAX_ROWS - 1) + "a";
    watch("?rows=" + rows)
        .compose(fine -> watch("?rows=" + rows + ",a").map(fault -> List.of(fine, fault)))
        .onComplete(
            test.succeeding(
                both ->
                    test.verify(
                        () -> {
                          assertThat(both)
                              .extracting(HttpClientResponse::statusCode)
                              .containsExactly(200, 400);
                          test.completeNow();
                        })));
  }

  /** Data from the last time that there were viewers is of no use to the next one. */
  @Test
  void aViewerAfterARestGetsCurrentData(VertxTestContext test) {
    // One loop for both: the feed's state is checked on the feed's loop.
    Vertx one = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    own = one;
    HttpClient watcher = one.createHttpClient();
    Restless view = new Restless();
    Feed quick =
        new Feed(
            one, view, Optional.empty(), InstantSource.system(), 1, FeedBudget.ofHeap(), PATIENCE);
    Router router = Router.router(one);
    quick.mount(new Routes(router, RoutingContext::next));
    HttpServer serving = one.createHttpServer().requestHandler(router);
    serving
        .listen(0, "127.0.0.1")
        .compose(bound -> watch(watcher, bound.actualPort(), ""))
        .compose(first -> first.request().connection().close())
        .compose(gone -> rest(one, quick))
        .compose(
            rests -> {
              String now = "\"name-" + (view.version + 1) + "-0\"";
              return watch(watcher, serving.actualPort(), "").compose(next -> firstNode(next, now));
            })
        .eventually(
            () -> {
              quick.close();
              return watcher.close().eventually(serving::close);
            })
        .onComplete(test.succeedingThenComplete());
  }

  /** Alerts that answer only when the test says so. */
  private static final class SlowAlerts extends FakeAlerts {
    private final List<Promise<Void>> asked = new ArrayList<>();
    private final Promise<Void> first = Promise.promise();

    @Override
    public synchronized Future<List<Alert>> alerts() {
      Promise<Void> answer = Promise.promise();
      asked.add(answer);
      boolean unused = first.tryComplete();
      return answer.future().compose(now -> super.alerts());
    }
  }

  @Test
  void twoViewersAfterARestBothGetTheAlerts(VertxTestContext test) {
    Vertx one = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    own = one;
    HttpClient watcher = one.createHttpClient();
    SlowAlerts slow = new SlowAlerts();
    slow.add(FakeAlerts.firing("one", AlertRule.NODE_FORKED, Severity.CRITICAL, "p"));
    Feed quick = new Feed(one, new Restless(), Optional.of(slow), InstantSource.system());
    Router router = Router.router(one);
    List<RoutingContext> came = new ArrayList<>();
    quick.mount(
        new Routes(
            router,
            ctx -> {
              ctx.next();
              came.add(ctx);
              if (came.size() == 2) {
                slow.asked.forEach(Promise::complete);
              }
            }));
    HttpServer serving = one.createHttpServer().requestHandler(router);
    serving
        .listen(0, "127.0.0.1")
        .compose(
            bound -> {
              Future<String> first = beginning(watcher, bound.actualPort());
              // The second viewer comes while the question about alerts is open; only then is it
              // answered.
              return slow.first
                  .future()
                  .compose(now -> Future.all(first, beginning(watcher, bound.actualPort())));
            })
        .onSuccess(
            both ->
                test.verify(
                    () -> {
                      for (Object told : both.list()) {
                        assertThat((String) told).contains("event: alert\ndata: {\"id\":\"one\"");
                      }
                      assertThat(quick.begun()).isEqualTo(2);
                      assertThat(quick.resumed()).isZero();
                    }))
        .eventually(
            () -> {
              quick.close();
              return watcher.close().eventually(serving::close);
            })
        .onComplete(test.succeedingThenComplete());
  }

  /** The beginning of a stream, up to the event that says that it is whole. */
  private static Future<String> beginning(HttpClient client, int port) {
    return watch(client, port, "")
        .compose(
            events -> {
              Promise<String> whole = Promise.promise();
              StringBuilder text = new StringBuilder();
              events.handler(
                  bytes -> {
                    if (text.append(bytes).indexOf("\"whole\":true}\n\n") > 0) {
                      boolean ignored = whole.tryComplete(text.toString());
                    }
                  });
              return whole.future();
            });
  }

  private static Future<Void> rest(Vertx vertx, Feed feed) {
    return feed.rests()
        ? Future.succeededFuture()
        : vertx.timer(1, TimeUnit.MILLISECONDS).compose(later -> rest(vertx, feed));
  }

  /** Fails unless the first node in the stream has the name. */
  private static Future<Void> firstNode(HttpClientResponse events, String name) {
    Promise<Void> told = Promise.promise();
    StringBuilder text = new StringBuilder();
    events.handler(
        bytes -> {
          Matcher first = FIRST_NAME.matcher(text.append(bytes));
          if (first.find()) {
            String found = first.group(1);
            boolean ignored =
                found.equals(name) ? told.tryComplete() : told.tryFail(found + " is not " + name);
          }
        });
    return told.future();
  }
}
