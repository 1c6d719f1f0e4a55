package fil.heartbeat.api.rest;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.aggregator.AggregatorView;
import fil.heartbeat.aggregator.ChainView;
import fil.heartbeat.aggregator.ChainView.Lane;
import fil.heartbeat.api.ApiSettings;
import fil.heartbeat.api.HttpSide;
import fil.heartbeat.api.RawHttp;
import fil.heartbeat.api.access.AggregatorReads;
import fil.heartbeat.testing.FakeAlerts;
import fil.heartbeat.testing.FleetFixtures;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each height of the chain view scans all nodes, so answers are shared. */
class ChainRouteTest {
  @TempDir private Path folder;

  private final Promise<List<ChainView>> made = Promise.promise();
  private final List<Object> asked = new CopyOnWriteArrayList<>();

  private AggregatorView view() {
    AggregatorView view = FleetFixtures.view(FleetFixtures.snapshot(List.of(), List.of()));
    return (AggregatorView)
        Proxy.newProxyInstance(
            AggregatorView.class.getClassLoader(),
            new Class<?>[] {AggregatorView.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("chain")) {
                asked.add(arguments[0]);
                return made.future();
              }
              try {
                return method.invoke(view, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private static JsonObject body(String answer) {
    assertThat(answer).startsWith("HTTP/1.1 200").containsIgnoringCase("\r\netag: W/\"");
    return new JsonObject(answer.substring(answer.indexOf("\r\n\r\n") + 4));
  }

  private static List<Integer> heights(String answer) {
    return IntStream.range(0, body(answer).getJsonArray("networks").size())
        .boxed()
        .flatMap(
            i ->
                body(answer)
                    .getJsonArray("networks")
                    .getJsonObject(i)
                    .getJsonArray("lanes")
                    .stream())
        .map(lane -> ((JsonObject) lane).getInteger("height"))
        .toList();
  }

  @Test
  void manyRequestsAtOnceAreOneQuestion() {
    ApiSettings settings = new ApiSettings(HttpSide.config(folder, new JsonObject()), "0");
    try (HttpSide side =
        HttpSide.start(settings, AggregatorReads.of(view()), new FakeAlerts(), List.of())) {
      List<RawHttp> asking = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        RawHttp one = HttpSide.await(RawHttp.open(side.vertx(), side.port()));
        one.send(
            "GET /api/v1/chain?epochs="
                + (i % 2 == 0 ? 20 : 3)
                + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        asking.add(one);
      }
      while (asked.isEmpty()) {
        Thread.onSpinWait();
      }
      // Once this is answered, the requests before it have been received.
      assertThat(side.status("/health/live")).isEqualTo(200);
      assertThat(side.status("/health/live")).isEqualTo(200);
      made.complete(
          List.of(
              new ChainView(
                  null,
                  null,
                  LongStream.range(0, 20)
                      .mapToObj(i -> new Lane(100 - i, List.of(), null, null))
                      .toList())));
      for (int i = 0; i < 20; i++) {
        List<Integer> heights = heights(HttpSide.await(asking.get(i).ended()));
        assertThat(heights).hasSize(i % 2 == 0 ? 20 : 3).startsWith(100, 99, 98);
      }
      assertThat(asked).containsExactly(20);
    }
  }
}
