package fil.heartbeat.api;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.alert.AlertStatus;
import fil.heartbeat.config.AlertRule;
import fil.heartbeat.config.Cidr;
import fil.heartbeat.config.HttpConfig;
import fil.heartbeat.config.HttpConfig.Hidden;
import fil.heartbeat.config.Severity;
import fil.heartbeat.testing.FakeAlerts;
import fil.heartbeat.testing.FleetFixtures;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.ext.web.client.WebClient;
import io.vertx.junit5.VertxExtension;
import io.vertx.junit5.VertxTestContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(VertxExtension.class)
class AlertRoutesTest {
  private static final String TOKEN = "an-admin's-long-token";

  @TempDir private Path folder;
  private final FakeAlerts alerts =
      new FakeAlerts()
          .add(FakeAlerts.firing("slow", AlertRule.NODE_BEHIND, Severity.WARNING, "12D3KooWA"))
          .add(FakeAlerts.firing("fork", AlertRule.NODE_FORKED, Severity.CRITICAL, "12D3KooWB"))
          .add(
              FakeAlerts.with(
                  FakeAlerts.firing("soon", AlertRule.NODE_STALLED, Severity.CRITICAL, "12D3KooWA"),
                  AlertStatus.PENDING,
                  null))
          .add(
              FakeAlerts.with(
                  FakeAlerts.firing("told", AlertRule.NODE_SILENT, Severity.WARNING, "12D3KooWA"),
                  AlertStatus.RESOLVED,
                  null));

  private ApiVerticle api(HttpConfig http) {
    return new ApiVerticle(
        new ApiSettings(http, "0"),
        Optional.of(
            AggregatorSide.of(FleetFixtures.view(FleetFixtures.snapshot(List.of(), List.of())))),
        Optional.of(alerts),
        List::of);
  }

  private static HttpConfig http(Optional<Path> tokens, Set<Hidden> hidden) {
    return new HttpConfig(
        "127.0.0.1",
        0,
        1000,
        List.of(),
        Optional.empty(),
        tokens,
        false,
        "",
        hidden,
        List.<Cidr>of(),
        Optional.empty());
  }

  /** Asks one after the other of one server. */
  private final class Server {
    private final VertxTestContext test;
    private final WebClient client;
    private final ApiVerticle api;
    private Future<?> last;

    private Server(Vertx vertx, VertxTestContext test, HttpConfig http) {
      this.test = test;
      client = WebClient.create(vertx);
      api = api(http);
      last = vertx.deployVerticle(api);
    }

    private Server ask(
        HttpMethod method,
        String path,
        @Nullable Buffer body,
        Consumer<HttpResponse<Buffer>> check) {
      return askAs(null, method, path, body, check);
    }

    private Server askAs(
        @Nullable String token,
        HttpMethod method,
        String path,
        @Nullable Buffer body,
        Consumer<HttpResponse<Buffer>> check) {
      last =
          last.compose(
                  before -> {
                    var request = client.request(method, api.port(), "127.0.0.1", path);
                    if (token != null) {
                      request.bearerTokenAuthentication(token);
                    }
                    if (body == null) {
                      return request.send();
                    }
                    return request.putHeader("content-type", "application/json").sendBuffer(body);
                  })
              .map(
                  answer -> {
                    test.verify(() -> check.accept(answer));
                    return answer;
                  });
      return this;
    }

    private Server get(String path, Consumer<HttpResponse<Buffer>> check) {
      return ask(HttpMethod.GET, path, null, check);
    }

    private Server post(String path, Object body, Consumer<HttpResponse<Buffer>> check) {
      return ask(HttpMethod.POST, path, Buffer.buffer(body.toString()), check);
    }

    private void done() {
      last.onComplete(test.succeeding(answer -> test.completeNow()));
    }
  }

  private Server server(Vertx vertx, VertxTestContext test) {
    return new Server(vertx, test, http(Optional.empty(), Set.of()));
  }

  private static List<String> ids(HttpResponse<Buffer> answer) {
    List<String> ids = new ArrayList<>();
    JsonArray all = answer.bodyAsJsonObject().getJsonArray("alerts");
    for (int i = 0; i < all.size(); i++) {
      ids.add(all.getJsonObject(i).getString("id"));
    }
    return ids;
  }

  @Test
  void anAlertIsToldAsTheContractSays(Vertx vertx, VertxTestContext test) {
    server(vertx, test)
        .get(
            "/api/v1/alerts",
            answer -> {
              assertThat(answer.statusCode()).isEqualTo(200);
              assertThat(ids(answer)).containsExactly("fork", "slow", "soon");
              assertThat(answer.bodyAsJsonObject().getJsonArray("alerts").getJsonObject(1))
                  .isEqualTo(
                      new JsonObject(
                          """
                          {"id":"slow","rule":"NodeBehind","status":"firing","severity":"warning","peerId":"12D3KooWA",
                           "startsAt":"2026-01-02T03:03:05.000Z","endsAt":null,"summary":"alice (f01000): NodeBehind",
                           "durationSeconds":null,"activeAt":"2026-01-02T03:02:50.000Z","detail":"last seen at /ip4/192.0.2.7/tcp/1",
                           "labels":{"alertname":"NodeBehind","miner":"f01000","network":"mainnet","nickname":"alice","peer_id":"12D3KooWA","severity":"warning"},
                           "heldBy":null,"acknowledgement":null,
                           "sentTo":[{"sink":"ops","status":"firing","at":"2026-01-02T03:03:10.000Z"}]}
                          """));
              assertThat(answer.bodyAsJsonObject().getValue("next")).isNull();
            })
        .get("/api/v1/info", info -> assertThat(info.bodyAsString()).contains("\"alerts\":true"))
        .done();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          status=firing|fork slow
          status=pending|soon
          rule=NodeForked|fork
          severity=critical|fork soon
          peerId=12D3KooWA|slow soon
          severity=info|''
          status=firing,pending&limit=1|fork
          """)
  void theyAreFiltered(String query, String expected, Vertx vertx, VertxTestContext test) {
    server(vertx, test)
        .get(
            "/api/v1/alerts?" + query,
            answer -> assertThat(String.join(" ", ids(answer))).isEqualTo(expected))
        .done();
  }

  @Test
  void oneThatIsOverSaysHowLongItTook(Vertx vertx, VertxTestContext test) {
    alerts
        .add(FakeAlerts.over("told", AlertRule.NODE_SILENT, "12D3KooWA", FakeAlerts.NOW))
        .add(FakeAlerts.over("old", AlertRule.NODE_SILENT, "12D3KooWA", Instant.EPOCH));
    server(vertx, test)
        .get(
            "/api/v1/alerts?status=resolved",
            answer -> {
              assertThat(ids(answer)).containsExactly("told", "old");
              JsonArray all = answer.bodyAsJsonObject().getJsonArray("alerts");
              JsonObject told = all.getJsonObject(0);
              assertThat(told.getString("status")).isEqualTo("resolved");
              assertThat(told.getDouble("durationSeconds")).isEqualTo(90.0);
              assertThat(told.getString("activeAt")).isEqualTo("2026-01-02T03:00:00.000Z");
              assertThat(told.getJsonObject("acknowledgement").getString("comment"))
                  .isEqualTo("on it");
              assertThat(told.getJsonArray("sentTo")).hasSize(1);
              assertThat(all.getJsonObject(1).getJsonArray("sentTo")).isEmpty();
            })
        .get(
            "/api/v1/alerts?status=resolved&format=csv",
            answer ->
                assertThat(answer.bodyAsString().lines())
                    .first()
                    .isEqualTo(String.join(",", AlertJson.COLUMNS)))
        .get(
            "/api/v1/alerts?status=resolved&format=csv",
            answer ->
                assertThat(answer.bodyAsString())
                    .contains(
                        "told,NodeSilent,resolved,warning,12D3KooWA,alice,,2026-01-02T03:00:00.000Z,"
                            + "2026-01-02T03:02:35.000Z,2026-01-02T03:04:05.000Z,90.0,ops,"
                            + "alice (f01000): NodeSilent,f01000 was seen\r\n"))
        .done();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          status=good|status: good (expected: comma-separated words of pending, firing, acknowledged, resolved)
          rule=Canary|rule: Canary (expected: one of NodeSilent, NodeDisconnected
          severity=worse|severity: worse (expected: one of info, warning, critical)
          limit=1001|limit: 1001 (expected: a whole number of 1 to 1000)
          cursor=abc|cursor: abc (expected: the value of next of an earlier answer)
          cursor=WzEsMiwzXQ|(expected: the value of next of an earlier answer)
          format=xml|format: xml (expected: csv or json)
          state=firing|state: firing (expected: one of
          """)
  void badParametersAreNamed(String query, String detail, Vertx vertx, VertxTestContext test) {
    server(vertx, test)
        .get(
            "/api/v1/alerts?" + query,
            answer -> {
              assertThat(answer.statusCode()).isEqualTo(400);
              assertThat(answer.getHeader("content-type")).isEqualTo("application/problem+json");
              assertThat(answer.bodyAsJsonObject().getString("detail")).contains(detail);
            })
        .done();
  }

  @Test
  void whoActsIsNamed(Vertx vertx, VertxTestContext test) {
    server(vertx, test)
        .post(
            "/api/v1/alerts/slow/ack",
            "{\"by\":\"anna\",\"comment\":\"on it\"}",
            answer -> {
              assertThat(answer.statusCode()).isEqualTo(200);
              JsonObject alert = answer.bodyAsJsonObject();
              assertThat(alert.getString("status")).isEqualTo("acknowledged");
              assertThat(alert.getJsonObject("acknowledgement"))
                  .isEqualTo(
                      new JsonObject()
                          .put("by", "anna")
                          .put("at", "2026-01-02T03:04:05.000Z")
                          .put("comment", "on it"));
            })
        .get("/api/v1/alerts", answer -> assertThat(ids(answer)).contains("slow"))
        .post(
            "/api/v1/alerts/fork/ack",
            "",
            answer ->
                assertThat(
                        answer.bodyAsJsonObject().getJsonObject("acknowledgement").getString("by"))
                    .isEqualTo("127.0.0.1"))
        .post(
            "/api/v1/alerts/soon/ack",
            "{}",
            answer -> assertThat(answer.statusCode()).isEqualTo(404))
        .done();
  }

  @Test
  void withTokensTheTokenSaysWhoActsAndWhetherItMay(Vertx vertx, VertxTestContext test)
      throws IOException {
    Path tokens =
        Files.writeString(
            folder.resolve("tokens"), "ops admin " + TOKEN + "\nmon read a-reader's-token\n");
    Buffer body = Buffer.buffer("{\"by\":\"anna\"}");
    String path = "/api/v1/alerts/slow/ack";
    String silence = "/api/v1/silences";
    new Server(vertx, test, http(Optional.of(tokens), Set.of()))
        .get("/api/v1/alerts", answer -> assertThat(answer.statusCode()).isEqualTo(401))
        .ask(HttpMethod.POST, path, body, answer -> assertThat(answer.statusCode()).isEqualTo(401))
        .askAs(
            "a-reader's-token",
            HttpMethod.GET,
            "/api/v1/alerts",
            null,
            answer -> assertThat(answer.statusCode()).isEqualTo(200))
        .askAs(
            "a-reader's-token",
            HttpMethod.POST,
            path,
            body,
            answer -> assertThat(answer.statusCode()).isEqualTo(403))
        .askAs(
            "a-reader's-token",
            HttpMethod.POST,
            silence,
            body,
            answer -> assertThat(answer.statusCode()).isEqualTo(403))
        .askAs(
            "a-reader's-token",
            HttpMethod.DELETE,
            silence + "/x",
            null,
            answer -> assertThat(answer.statusCode()).isEqualTo(403))
        .askAs(
            TOKEN,
            HttpMethod.POST,
            path,
            body,
            answer ->
                assertThat(
                        answer.bodyAsJsonObject().getJsonObject("acknowledgement").getString("by"))
                    .isEqualTo("ops"))
        .done();
  }

  @Test
  void silencesAreMadeAndEnded(Vertx vertx, VertxTestContext test) {
    Instant before = Instant.now();
    server(vertx, test)
        .post(
            "/api/v1/silences",
            "{\"select\":{\"nickname\":\"alice\",\"network\":[\"mainnet\",\"cal*\"]},\"duration\":\"2h\",\"author\":\"anna\",\"comment\":\"new disks\"}",
            answer -> {
              assertThat(answer.statusCode()).isEqualTo(201);
              JsonObject made = answer.bodyAsJsonObject();
              assertThat(made.getJsonObject("select"))
                  .isEqualTo(
                      new JsonObject(
                          "{\"nickname\":[\"alice\"],\"network\":[\"mainnet\",\"cal*\"]}"));
              assertThat(made.getString("status")).isEqualTo("active");
              assertThat(made.getString("author")).isEqualTo("anna");
              assertThat(made.getString("comment")).isEqualTo("new disks");
              assertThat(Instant.parse(made.getString("endsAt")))
                  .isEqualTo(Instant.parse(made.getString("startsAt")).plusSeconds(7200))
                  .isAfter(before);
            })
        .post(
            "/api/v1/silences",
            "{\"select\":{\"alertname\":\"NodeSilent\"},\"startsAt\":\"2099-01-01T00:00:00Z\",\"endsAt\":\"2099-01-02T00:00:00Z\",\"comment\":\"x\"}",
            answer ->
                assertThat(answer.bodyAsJsonObject().getString("detail"))
                    .isEqualTo(
                        "startsAt: 2099-01-01T00:00:00Z (expected: at most 365 days from now)"))
        .get(
            "/api/v1/silences",
            answer ->
                assertThat(
                        answer
                            .bodyAsJsonObject()
                            .getJsonArray("silences")
                            .getJsonObject(0)
                            .getString("id"))
                    .isEqualTo("silence-1"))
        .ask(
            HttpMethod.DELETE,
            "/api/v1/silences/silence-1",
            null,
            answer -> assertThat(answer.statusCode()).isEqualTo(204))
        .ask(
            HttpMethod.DELETE,
            "/api/v1/silences/silence-1",
            null,
            answer ->
                assertThat(answer.bodyAsJsonObject().getString("detail"))
                    .isEqualTo("no silence that holds or is to come with the id silence-1"))
        .done();
  }

  @Test
  void tooManySilencesAreAConflict(Vertx vertx, VertxTestContext test) {
    String silence = "{\"select\":{\"a\":\"b\"},\"duration\":\"1h\",\"comment\":\"x\"}";
    Consumer<HttpResponse<Buffer>> made = answer -> assertThat(answer.statusCode()).isEqualTo(201);
    server(vertx, test)
        .post("/api/v1/silences", silence, made)
        .post("/api/v1/silences", silence, made)
        .post(
            "/api/v1/silences",
            silence,
            answer -> {
              assertThat(answer.statusCode()).isEqualTo(409);
              assertThat(answer.bodyAsJsonObject().getString("detail"))
                  .isEqualTo("2 silences (expected: at most 2)");
            })
        .done();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          /silences|{"duration":"1h","comment":"x"}|select: (missing) (expected: {
          /silences|{"select":{},"duration":"1h","comment":"x"}|select: {} (expected: {
          /silences|{"select":["a"],"duration":"1h","comment":"x"}|select: ["a"] (expected: {
          /silences|{"select":{"a":5},"duration":"1h","comment":"x"}|select.a: 5 (expected:
          /silences|{"select":{"a":[]},"duration":"1h","comment":"x"}|select.a: [] (expected:
          /silences|{"select":{"a":"b"},"comment":"x"}|endsAt, duration: (missing) (expected: one of the two)
          /silences|{"select":{"a":"b"},"duration":"1h","endsAt":"2099-01-01T00:00:00Z","comment":"x"}|endsAt, duration: both (expected: one of the two)
          /silences|{"select":{"a":"b"},"duration":"1 hour","comment":"x"}|duration: 1 hour (expected: a Go duration such as 30m or 8h)
          /silences|{"select":{"a":"b"},"duration":"-1h","comment":"x"}|duration: -1h (expected: more than 0s, and at most 8760h)
          /silences|{"select":{"a":"b"},"duration":"9000h","comment":"x"}|duration: 9000h (expected: more than 0s, and at most 8760h)
          /silences|{"select":{"a":"b"},"endsAt":"2020-01-01T00:00:00Z","comment":"x"}|endsAt: 2020-01-01T00:00:00Z (expected: an end after startsAt and after now)
          /silences|{"select":{"a":"b"},"endsAt":"2999-01-01T00:00:00Z","comment":"x"}|(expected: an end at most 365 days after startsAt)
          /silences|{"select":{"a":"b"},"endsAt":"tomorrow","comment":"x"}|endsAt: tomorrow (expected: a time such as 2026-01-02T03:04:05Z)
          /silences|{"select":{"a":"b"},"startsAt":5,"duration":"1h","comment":"x"}|startsAt: 5 (expected: a time such as
          /silences|{"select":{"a":"b"},"duration":"1h"}|comment: (missing) (expected: why, in a line)
          /silences|{"select":{"a":"b"},"duration":"1h","comment":" "}|(expected: why, in a line)
          /silences|{"select":{"a":"b"},"duration":"1h","comment":"a\\nb"}|(expected: text of at most 1000 characters in one line)
          /silences|{"select":{"a":"b"},"duration":"1h","comment":"x","by":"me"}|by: me (expected: one of author, comment, duration, endsAt, select, startsAt)
          /silences|[1]|body: no JSON object
          /silences|{"select":|body: no JSON object
          /alerts/slow/ack|{"by":5}|by: 5 (expected: text of at most 100 characters in one line)
          /alerts/slow/ack|{"note":"x"}|note: x (expected: one of by, comment)
          /alerts/slow/ack|7|body: no JSON object
          """)
  void badBodiesAreNamed(
      String path, String body, String detail, Vertx vertx, VertxTestContext test) {
    server(vertx, test)
        .post(
            "/api/v1" + path,
            body,
            answer -> {
              assertThat(answer.statusCode()).as(answer.bodyAsString()).isEqualTo(400);
              assertThat(answer.getHeader("content-type")).isEqualTo("application/problem+json");
              assertThat(answer.bodyAsJsonObject().getString("detail")).contains(detail);
            })
        .done();
  }

  @Test
  void aBodyThatIsTooLongIsRefused(Vertx vertx, VertxTestContext test) {
    server(vertx, test)
        .post(
            "/api/v1/silences",
            "{\"comment\":\"" + "x".repeat((int) Access.MAX_BODY) + "\"}",
            answer -> {
              assertThat(answer.statusCode()).isEqualTo(413);
              assertThat(answer.getHeader("content-type")).isEqualTo("application/problem+json");
            })
        .done();
  }

  @Test
  void whatIsHiddenIsInNoAnswer(Vertx vertx, VertxTestContext test) {
    alerts.add(FakeAlerts.over("old", AlertRule.NODE_SILENT, "12D3KooWA", Instant.EPOCH));
    Consumer<HttpResponse<Buffer>> hides =
        answer ->
            assertThat(answer.bodyAsString())
                .contains("(hidden)", "alice")
                .doesNotContain("f01000")
                .doesNotContain("192.0.2.7");
    new Server(vertx, test, http(Optional.empty(), Set.of(Hidden.values())))
        .get("/api/v1/alerts", hides)
        .get("/api/v1/alerts?status=resolved", hides)
        .post("/api/v1/alerts/slow/ack", "{}", hides)
        .post(
            "/api/v1/silences",
            "{\"select\":{\"miner\":\"f01000\",\"nickname\":\"alice\"},\"duration\":\"1h\",\"comment\":\"x\"}",
            hides)
        .get("/api/v1/silences", hides)
        .done();
  }
}
