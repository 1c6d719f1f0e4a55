package fil.heartbeat.api.rest;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.alert.model.AlertRule;
import fil.heartbeat.alert.model.AlertStatus;
import fil.heartbeat.alert.model.Severity;
import fil.heartbeat.config.HttpConfig.Hidden;
import fil.heartbeat.testing.FakeAlerts;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.HttpResponse;
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

  private AlertServer server(Vertx vertx, VertxTestContext test) {
    return new AlertServer(vertx, test, alerts);
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
  void anAlertFollowsTheContract(Vertx vertx, VertxTestContext test) {
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
  void alertsAreFiltered(String query, String expected, Vertx vertx, VertxTestContext test) {
    server(vertx, test)
        .get(
            "/api/v1/alerts?" + query,
            answer -> assertThat(String.join(" ", ids(answer))).isEqualTo(expected))
        .done();
  }

  @Test
  void aResolvedAlertShowsItsDuration(Vertx vertx, VertxTestContext test) {
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
                            + "2026-01-02T03:02:35.000Z,2026-01-02T03:04:05.000Z,90.0,ops,alice"
                            + " (f01000): NodeSilent,f01000 was seen\r\n"))
        .done();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          status=good|status: good (expected: comma-separated words of pending, firing, acknowledged, resolved)
          rule=|rule:  (expected: one of NodeSilent, NodeDisconnected
          format=|format:  (expected: csv or json)
          severity=|severity:  (expected: one of info, warning, critical)
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
  void theActorIsNamed(Vertx vertx, VertxTestContext test) {
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
  void withTokensTheTokenNamesTheActorAndItsRights(Vertx vertx, VertxTestContext test)
      throws IOException {
    Path tokens =
        Files.writeString(
            folder.resolve("tokens"), "ops admin " + TOKEN + "\nmon read a-reader's-token\n");
    Buffer body = Buffer.buffer("{\"by\":\"anna\"}");
    String path = "/api/v1/alerts/slow/ack";
    String silence = "/api/v1/silences";
    new AlertServer(vertx, test, alerts, Optional.of(tokens), Set.of())
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
  void hiddenDataIsInNoAnswer(Vertx vertx, VertxTestContext test) {
    alerts.add(FakeAlerts.over("old", AlertRule.NODE_SILENT, "12D3KooWA", Instant.EPOCH));
    Consumer<HttpResponse<Buffer>> hides =
        answer ->
            assertThat(answer.bodyAsString())
                .contains("(hidden)", "alice")
                .doesNotContain("f01000")
                .doesNotContain("192.0.2.7");
    new AlertServer(vertx, test, alerts, Optional.empty(), Set.of(Hidden.values()))
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
