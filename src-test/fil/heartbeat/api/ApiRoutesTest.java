package fil.heartbeat.api;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.aggregator.AggregatorView;
import fil.heartbeat.aggregator.Claims;
import fil.heartbeat.aggregator.Contact;
import fil.heartbeat.aggregator.IngestCounts;
import fil.heartbeat.aggregator.Node;
import fil.heartbeat.alert.model.AlertRule;
import fil.heartbeat.alert.model.Severity;
import fil.heartbeat.api.access.Access;
import fil.heartbeat.api.access.AggregatorReads;
import fil.heartbeat.api.access.LocalToken;
import fil.heartbeat.api.rest.NodeRoutes;
import fil.heartbeat.config.FileWatch;
import fil.heartbeat.dashboard.Dashboard;
import fil.heartbeat.fleet.NetworkReport;
import fil.heartbeat.fleet.State;
import fil.heartbeat.history.ConnectionEvent;
import fil.heartbeat.history.StateChange;
import fil.heartbeat.testing.FakeAlerts;
import fil.heartbeat.testing.FleetFixtures;
import fil.heartbeat.testing.LogLines;
import fil.heartbeat.testing.RecordingHistory;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.client.HttpRequest;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.ext.web.client.WebClient;
import io.vertx.ext.web.client.WebClientOptions;
import io.vertx.junit5.VertxExtension;
import io.vertx.junit5.VertxTestContext;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

@ExtendWith(VertxExtension.class)
class ApiRoutesTest {
  private static final String ALICE = "12D3KooWA4Xop1JaT3MHxwYMkCepYsv4iPVopMXwCz5iHYdBfeSB";
  private static final Node NODE =
      FleetFixtures.node(
          ALICE,
          new Claims("=cmd|' /C calc'!A0", "f01000", null, List.of(), 444L, null),
          new Contact(
              new Contact.Connection(true, "/ip4/192.0.2.7/tcp/1", null, null),
              new Contact.Uptime(.5, ""),
              null,
              FleetFixtures.NOW,
              null,
              2));
  private static final NetworkReport REPORT =
      new NetworkReport(
          "bafygenesis",
          "mainnet",
          new NetworkReport.Heights(100L, 98L, 99L, 1L),
          new NetworkReport.Votes(4, 3, 1, new NetworkReport.Basis("open", false)),
          List.of(
              new NetworkReport.Branch(List.of("bafya"), 3, List.of(ALICE), 3, null),
              new NetworkReport.Branch(List.of("bafyb"), 1, List.of("b"), 1, 97L)),
          false,
          new NetworkReport.Clock(
              null, FleetFixtures.NOW.minusSeconds(30), FleetFixtures.NOW.plusSeconds(7)));
  private static final AggregatorView VIEW =
      FleetFixtures.view(
          FleetFixtures.snapshot(
              List.of(NODE),
              List.of(REPORT),
              new IngestCounts(5, 2, Map.of("malformed", 3L)),
              FleetFixtures.hostStats(Map.of())));
  private static final RecordingHistory HISTORY = RecordingHistory.ofOnePoint(9);

  static {
    HISTORY.stateChanged(
        new StateChange(ALICE, FleetFixtures.NOW, State.OK, State.SILENT, "no beats"));
    HISTORY.connection(
        new ConnectionEvent(ALICE, FleetFixtures.NOW, true, "/ip4/192.0.2.7/tcp/1", null));
  }

  private static void ask(
      Vertx vertx,
      VertxTestContext test,
      HttpMethod method,
      String path,
      UnaryOperator<HttpRequest<Buffer>> change,
      Consumer<HttpResponse<Buffer>> check) {
    ApiVerticle api =
        new ApiVerticle(
            new ApiSettings("127.0.0.1", 0, "0.0.0"),
            Optional.of(new AggregatorReads(VIEW, HISTORY, () -> List.of("/ip4/192.0.2.1/tcp/1"))),
            Optional.empty(),
            List::of);
    WebClient client =
        WebClient.create(vertx, new WebClientOptions().setDecompressionSupported(true));
    vertx
        .deployVerticle(api)
        .compose(id -> change.apply(client.request(method, api.port(), "127.0.0.1", path)).send())
        .onComplete(
            test.succeeding(
                response ->
                    test.verify(
                        () -> {
                          check.accept(response);
                          test.completeNow();
                        })));
  }

  private static void get(
      Vertx vertx, VertxTestContext test, String path, Consumer<HttpResponse<Buffer>> check) {
    ask(vertx, test, HttpMethod.GET, path, request -> request, check);
  }

  @Test
  void consensusFollowsTheContract(Vertx vertx, VertxTestContext test) {
    get(
        vertx,
        test,
        "/api/v1/consensus",
        response -> {
          JsonObject network =
              response.bodyAsJsonObject().getJsonArray("networks").getJsonObject(0);
          assertThat(network.fieldNames())
              .contains(
                  "genesisCid",
                  "network",
                  "expectedEpoch",
                  "bestHeight",
                  "lagEpochs",
                  "voters",
                  "inConsensus",
                  "inDispute",
                  "basis",
                  "sides");
          assertThat(network.getJsonObject("basis"))
              .isEqualTo(new JsonObject().put("voters", "open").put("reference", false));
          assertThat(network.getJsonArray("sides").getJsonObject(1).getLong("firstDifferentHeight"))
              .isEqualTo(97);
        });
  }

  @Test
  void historyIsSentInSteps(Vertx vertx, VertxTestContext test) {
    get(
        vertx,
        test,
        "/api/v1/nodes/" + ALICE + "/history?from=2026-01-02T03:00:00Z&to=1767323100&step=5m",
        response -> {
          JsonObject body = response.bodyAsJsonObject();
          assertThat(body.getString("peerId")).isEqualTo(ALICE);
          assertThat(body.getInteger("step")).isEqualTo(300);
          assertThat(body.getJsonArray("points").getJsonObject(0))
              .isEqualTo(
                  new JsonObject()
                      .put("t", "2026-01-02T03:00:00.000Z")
                      .put("height", 444)
                      .put("lagEpochs", 0)
                      .put("state", "ok")
                      .put("shares", new JsonObject().put("ok", 1.0))
                      .put("beats", 300)
                      .put("longestGapSeconds", 3.1)
                      .put("finalityLag", 9)
                      .put("peers", 40)
                      .put("balance", "5230000000000000000"));
        });
  }

  @Test
  void changesAndConnectionsAreSent(Vertx vertx, VertxTestContext test) {
    get(
        vertx,
        test,
        "/api/v1/nodes/" + ALICE + "/changes",
        response ->
            assertThat(response.bodyAsJsonObject().getJsonArray("changes").getJsonObject(0))
                .isEqualTo(
                    new JsonObject()
                        .put("t", "2026-01-02T03:04:05.000Z")
                        .put("from", "ok")
                        .put("to", "silent")
                        .put("reason", "no beats")));
  }

  @Test
  void theTwoDaysStoredInFullCanBeReadAtOnce(Vertx vertx, VertxTestContext test) {
    get(
        vertx,
        test,
        "/api/v1/nodes/" + ALICE + "/history?from=0&to=172800&step=30s",
        response -> assertThat(response.bodyAsJsonObject().getInteger("step")).isEqualTo(30));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          /api/v1/nodes/x/history|404|no node with the peer id x
          /api/v1/nodes/x/connections|404|no node with the peer id x
          /api/v1/nodes/%s/history?step=31s|400|step: 31s (expected: a multiple of 30s
          /api/v1/nodes/%s/history?step=fast|400|step: fast (expected: a Go duration
          /api/v1/nodes/%s/history?from=yesterday|400|from: yesterday (expected: a time such as
          /api/v1/nodes/%s/history?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z|400|(expected: a time before to
          /api/v1/nodes/%s/history?from=0&to=30000000&step=30s|400|at most 5760 points
          /api/v1/nodes/%s/history?frm=0|400|frm: 0 (expected: one of
          /api/v1/nodes/%s/changes?limit=0|400|limit: 0 (expected: a whole number of 1 to 1000)
          /api/v1/nodes?format=xml|400|format: xml (expected: csv or json)
          /api/v1/nodes?format=|400|format:  (expected: csv or json)
          /api/v1/nodes/%s/history?format=|400|format:  (expected: csv or json)
          /api/v1/chain?epochs=101|400|epochs: 101 (expected: a whole number of 1 to 100)
          /api/v1/consensus?x=1|400|x: 1 (expected: no parameters)
          /api/v1/info?x=1|400|x: 1 (expected: no parameters)
          /api/v1/nodes?limit=1&limit=2|400|limit: 1, 2 (expected: one value)
          /api/v1/nodes/%s?x=1|400|x: 1 (expected: no parameters)
          /api/v1/nodes/%s/connections?limit=3|400|limit: 3 (expected: no parameters)
          /api/v1/nodes?notReady=maybe|400|notReady: maybe (expected: true or false)
          /api/v1/nodes?miner=1000|400|miner: 1000 (expected: at most 32 comma-separated addresses
          /api/v1/events?notReady=maybe|400|notReady: maybe (expected: true or false)
          /api/v1/events?state=good|400|state: good (expected: comma-separated words of
          /badge/x.svg|404|no node with the peer id x
          """)
  void faultsAreNamed(String path, int status, String detail, Vertx vertx, VertxTestContext test) {
    get(
        vertx,
        test,
        path.replace("%s", ALICE),
        response -> {
          assertThat(response.statusCode()).isEqualTo(status);
          assertThat(response.getHeader("content-type")).isEqualTo("application/problem+json");
          assertThat(response.bodyAsJsonObject().getString("detail")).contains(detail);
        });
  }

  @Test
  void nodesComeAsCsvWithoutFormulas(Vertx vertx, VertxTestContext test) {
    ask(
        vertx,
        test,
        HttpMethod.GET,
        "/api/v1/nodes",
        request -> request.putHeader("accept", "text/csv"),
        response -> {
          assertThat(response.getHeader("content-type")).startsWith("text/csv");
          assertThat(response.bodyAsString().lines())
              .satisfiesExactly(
                  header -> assertThat(header).startsWith("peerId,nickname,expectedName"),
                  row -> assertThat(row).startsWith(ALICE + ",'=cmd|' /C calc'!A0,,f01000,"));
        });
  }

  @Test
  void historyComesAsCsv(Vertx vertx, VertxTestContext test) {
    get(
        vertx,
        test,
        "/api/v1/nodes/"
            + ALICE
            + "/history?format=csv&from=2026-01-02T03:00:00Z&to=2026-01-02T04:00:00Z",
        response ->
            assertThat(response.bodyAsString())
                .isEqualTo(
                    String.join(
                        "\r\n",
                        "t,height,lagEpochs,state,beats,longestGapSeconds,finalityLag,peers,balance",
                        "2026-01-02T03:00:00.000Z,444,0,ok,30,3.1,9,40,5230000000000000000",
                        "")));
  }

  @Test
  void anUnchangedBodyIsNotSentAgain(Vertx vertx, VertxTestContext test) {
    ApiVerticle api =
        new ApiVerticle(
            new ApiSettings("127.0.0.1", 0, "0.0.0"),
            Optional.of(AggregatorReads.of(VIEW)),
            Optional.empty(),
            List::of);
    WebClient client = WebClient.create(vertx);
    vertx
        .deployVerticle(api)
        .compose(id -> client.get(api.port(), "127.0.0.1", "/api/v1/nodes").send())
        .compose(
            first ->
                client
                    .get(api.port(), "127.0.0.1", "/api/v1/nodes")
                    .putHeader("if-none-match", first.getHeader("etag"))
                    .send())
        .onComplete(
            test.succeeding(
                second ->
                    test.verify(
                        () -> {
                          assertThat(second.statusCode()).isEqualTo(304);
                          assertThat(second.body()).isNull();
                          test.completeNow();
                        })));
  }

  @Test
  void answersAreCompressed(Vertx vertx, VertxTestContext test) {
    ApiVerticle api =
        new ApiVerticle(
            new ApiSettings("127.0.0.1", 0, "0.0.0"),
            Optional.of(AggregatorReads.of(VIEW)),
            Optional.empty(),
            List::of);
    WebClient client = WebClient.create(vertx);
    vertx
        .deployVerticle(api)
        .compose(
            id ->
                client
                    .get(api.port(), "127.0.0.1", "/api/v1/nodes")
                    .putHeader("accept-encoding", "gzip")
                    .send())
        .onComplete(
            test.succeeding(
                response ->
                    test.verify(
                        () -> {
                          assertThat(response.getHeader("content-encoding")).isEqualTo("gzip");
                          test.completeNow();
                        })));
  }

  @Test
  void aHeadRequestGetsTheHeadersAlone(Vertx vertx, VertxTestContext test) {
    ask(
        vertx,
        test,
        HttpMethod.HEAD,
        "/api/v1/nodes",
        request -> request,
        response -> {
          assertThat(response.statusCode()).isEqualTo(200);
          assertThat(response.getHeader("etag")).startsWith("W/");
          assertThat(response.body()).isNull();
        });
  }

  @Test
  void aNodeCanBeForgotten(@TempDir Path folder) throws IOException {
    Path secret = LocalToken.in(folder);
    try (LogLines log = new LogLines(NodeRoutes.class);
        HttpSide side =
            HttpSide.start(
                new ApiSettings(
                    HttpSide.config(folder, new JsonObject()), "0", Optional.of(secret)))) {
      String bearer = "Bearer " + LocalToken.read(secret);
      assertThat(side.status("DELETE", "/api/v1/nodes/alice", "authorization", bearer))
          .isEqualTo(204);
      assertThat(side.status("DELETE", "/api/v1/nodes/bob", "authorization", bearer))
          .isEqualTo(404);
      assertThat(log.lines())
          .containsExactly(
              "INFO audit by=\"127.0.0.1\" from=127.0.0.1 action=forget peer=\"alice\"");
    }
  }

  @Test
  void aBadgeEscapesTheName(Vertx vertx, VertxTestContext test) {
    get(
        vertx,
        test,
        "/badge/" + ALICE + ".svg",
        response -> {
          assertThat(response.getHeader("content-type")).isEqualTo("image/svg+xml");
          assertThat(response.bodyAsString()).contains("=cmd|&#39; /C calc&#39;!A0: unknown");
        });
  }

  @Test
  void infoNamesTheAddressesToBeatTo(Vertx vertx, VertxTestContext test) {
    get(
        vertx,
        test,
        "/api/v1/info",
        response ->
            assertThat(response.bodyAsJsonObject().getJsonArray("addresses"))
                .isEqualTo(new JsonArray().add("/ip4/192.0.2.1/tcp/1")));
  }

  @Test
  void theOpenApiDocumentNamesExactlyTheRoutes(Vertx vertx, VertxTestContext test) {
    ApiVerticle api =
        new ApiVerticle(
            new ApiSettings("127.0.0.1", 0, "0.0.0"),
            Optional.of(AggregatorReads.of(VIEW)),
            Optional.of(new FakeAlerts()),
            List::of);
    vertx
        .deployVerticle(api)
        .onComplete(
            test.succeeding(
                id ->
                    test.verify(
                        () -> {
                          Set<String> routes = new TreeSet<>();
                          for (Route route :
                              api.router(
                                      new Access(
                                          vertx,
                                          FileWatch.alone(vertx),
                                          new ApiSettings("127.0.0.1", 0, "0").http(),
                                          Optional.empty(),
                                          Instant::now))
                                  .getRoutes()) {
                            // Without methods: the routes that refuse other methods on a path.
                            if (route.getPath() != null
                                && route.methods() != null
                                && !isOfThePage(route.getPath())) {
                              String path = route.getPath().replaceAll(":(\\w+)", "{$1}");
                              route.methods().forEach(method -> routes.add(method + " " + path));
                            }
                          }
                          assertThat(documented()).isEqualTo(routes).hasSizeGreaterThan(10);
                          test.completeNow();
                        })));
  }

  private static boolean isOfThePage(String path) {
    return path.equals("/") || Dashboard.file(path.substring(1)).isPresent();
  }

  @ParameterizedTest
  @MethodSource("fil.heartbeat.dashboard.Dashboard#names")
  void thePageIsServedWithItsPolicy(String name, Vertx vertx, VertxTestContext test) {
    get(
        vertx,
        test,
        "/" + name,
        response -> {
          assertThat(response.statusCode()).isEqualTo(200);
          assertThat(response.getHeader("content-security-policy"))
              .contains("default-src 'none'", "script-src 'self'")
              .doesNotContain("unsafe");
        });
  }

  private static Set<String> documented() {
    Set<String> documented = new TreeSet<>();
    JsonObject paths = OpenApi.document().toJsonObject().getJsonObject("paths");
    for (String path : paths.fieldNames()) {
      for (String method : paths.getJsonObject(path).fieldNames()) {
        documented.add(method.toUpperCase(Locale.ROOT) + " " + path);
      }
    }
    return documented;
  }

  @Test
  void theFeedBeginsWithASnapshot(Vertx vertx, VertxTestContext test) {
    ApiVerticle api =
        new ApiVerticle(
            new ApiSettings("127.0.0.1", 0, "0.0.0"),
            Optional.of(AggregatorReads.of(VIEW)),
            Optional.of(
                new FakeAlerts()
                    .add(
                        FakeAlerts.firing(
                            "fork", AlertRule.NODE_FORKED, Severity.CRITICAL, ALICE))),
            List::of);
    StringBuilder text = new StringBuilder();
    // Held and closed: a client that is garbage-collected keeps its open stream, and Vert.x, for 30
    // s.
    HttpClient client = vertx.createHttpClient();
    vertx
        .deployVerticle(api)
        .compose(
            id ->
                client.request(
                    HttpMethod.GET, api.port(), "127.0.0.1", "/api/v1/events?rows=" + ALICE))
        .compose(request -> request.send())
        .onComplete(
            test.succeeding(
                response ->
                    response.handler(
                        bytes -> {
                          text.append(bytes);
                          if (text.indexOf("event: rows\ndata: {\"rows\":[{\"peerId\":") > 0
                              && text.indexOf("event: alert\ndata: {\"id\":\"fork\",") > 0) {
                            test.verify(
                                () -> {
                                  assertThat(response.getHeader("content-type"))
                                      .isEqualTo("text/event-stream");
                                  assertThat(text.substring(text.indexOf("event: ")))
                                      .startsWith(
                                          "event: snapshot\ndata: {\"nodes\":[{\"peerId\":");
                                });
                            client.close().onComplete(closed -> test.completeNow());
                          }
                        })));
  }
}
