package fil.heartbeat.api;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.aggregator.Node;
import fil.heartbeat.api.access.AggregatorReads;
import fil.heartbeat.fleet.Findings;
import fil.heartbeat.testing.FakeAlerts;
import fil.heartbeat.testing.FleetFixtures;
import fil.heartbeat.testing.RecordingHistory;
import fil.heartbeat.wire.Extras;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is hidden cannot be found out by filtering, in the list and in the live feed. */
@Timeout(60)
class HidingFiltersTest {
  private static final String PEER = "12D3KooWA4Xop1JaT3MHxwYMkCepYsv4iPVopMXwCz5iHYdBfeSB";

  @TempDir private Path folder;

  private HttpSide start(String... hidden) {
    Node node =
        FleetFixtures.node(PEER, "lotus-01", 444L)
            .with(
                new Extras.Builder()
                    .client("lotus")
                    .version("1.36.0+mainnet")
                    .upgrades(List.of(new Extras.Upgrade("Old", 100)))
                    .minerAddresses(List.of("f0777001", "f0777002"))
                    .build(),
                new Findings(
                    null,
                    null,
                    new Findings.Missing("New", 900, null, 2, false),
                    Findings.Compared.YES));
    return HttpSide.start(
        new ApiSettings(
            HttpSide.config(folder, new JsonObject().put("hide", new JsonArray(List.of(hidden)))),
            "0"),
        new AggregatorReads(
            FleetFixtures.view(FleetFixtures.snapshot(List.of(node), List.of())),
            RecordingHistory.ofOnePoint(731),
            () -> List.of()),
        new FakeAlerts(),
        List.of());
  }

  private static int listed(HttpSide side, String query) {
    return new JsonObject(side.ask("GET", "/api/v1/nodes?" + query, "").body())
        .getJsonArray("nodes")
        .size();
  }

  /** What is hidden now is hidden in the past too, in both forms. */
  @Test
  void hiddenBalancesAreInNoHistory() throws IOException {
    for (String form : List.of("", "?format=csv")) {
      String path = "/api/v1/nodes/" + PEER + "/history" + form;
      try (HttpSide side = start()) {
        assertThat(side.ask("GET", path, "").body()).contains("5230000000000000000");
      }
      try (HttpSide side = start("balances")) {
        assertThat(side.ask("GET", path, "").body()).contains("731").doesNotContain("5230");
      }
    }
  }

  /** Returns the nodes that the first clock of a stream counts. */
  private static int fed(HttpSide side, String query) {
    StringBuilder text = new StringBuilder();
    Promise<String> clock = Promise.promise();
    HttpSide.await(
        side.streams()
            .request(HttpMethod.GET, side.port(), "127.0.0.1", "/api/v1/events?" + query)
            .compose(request -> request.send())
            .compose(
                response -> {
                  response.handler(
                      bytes -> {
                        text.append(bytes);
                        int from = text.indexOf("event: clock");
                        int data = from < 0 ? -1 : text.indexOf("data: ", from);
                        int end = data < 0 ? -1 : text.indexOf("\n", data);
                        if (end >= 0) {
                          boolean ignored =
                              clock.tryComplete(text.substring(data + "data: ".length(), end));
                        }
                      });
                  return clock.future();
                }));
    return new JsonObject(clock.future().result()).getInteger("nodes");
  }

  @ParameterizedTest
  @CsvSource({
    "versions,client=lotus",
    "versions,version=1.36.0",
    "versions,notReady=true",
    "versions,q=1.36",
    "miners,miner=f0777002",
    "miners,q=f0777"
  })
  void aHiddenMemberFitsNoFilter(String hidden, String query) throws IOException {
    try (HttpSide side = start()) {
      assertThat(List.of(listed(side, query), fed(side, query))).containsExactly(1, 1);
    }
    try (HttpSide side = start(hidden)) {
      assertThat(List.of(listed(side, query), fed(side, query))).containsExactly(0, 0);
      assertThat(listed(side, query.replace("=true", "=false").replace("1.36", "1.35"))).isZero();
      assertThat(listed(side, "q=lotus-01")).isOne();
    }
  }
}
