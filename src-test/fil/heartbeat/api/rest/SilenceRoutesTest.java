package fil.heartbeat.api.rest;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.alert.model.AlertRule;
import fil.heartbeat.alert.model.Severity;
import fil.heartbeat.api.http.JsonBody;
import fil.heartbeat.testing.FakeAlerts;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.junit5.VertxExtension;
import io.vertx.junit5.VertxTestContext;
import java.time.Instant;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(VertxExtension.class)
class SilenceRoutesTest {
  private final FakeAlerts alerts =
      new FakeAlerts()
          .add(FakeAlerts.firing("slow", AlertRule.NODE_BEHIND, Severity.WARNING, "12D3KooWA"));

  private AlertServer server(Vertx vertx, VertxTestContext test) {
    return new AlertServer(vertx, test, alerts);
  }

  @Test
  void silencesAreMadeAndEnded(Vertx vertx, VertxTestContext test) {
    Instant before = Instant.now();
    server(vertx, test)
        .post(
            "/api/v1/silences",
            "{\"select\":{\"nickname\":\"alice\",\"network\":[\"mainnet\",\"cal*\"]},\"duration\":\"2h\",\"author\":\"anna\",\"comment\":\"new"
                + " disks\"}",
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
            "{\"select\":{\"rule\":\"NodeSilent\"},\"startsAt\":\"2099-01-01T00:00:00Z\",\"endsAt\":\"2099-01-02T00:00:00Z\",\"comment\":\"x\"}",
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
    String silence = "{\"select\":{\"network\":\"b\"},\"duration\":\"1h\",\"comment\":\"x\"}";
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
          /silences|{"duration":"1h","comment":"x"}|select: (missing) (expected: such as {
          /silences|{"select":{},"duration":"1h","comment":"x"}|select: {} (expected: such as {
          /silences|{"select":["a"],"duration":"1h","comment":"x"}|select: ["a"] (expected: such as {
          /silences|{"select":{"miner":5},"duration":"1h","comment":"x"}|select: miner: 5 (expected:
          /silences|{"select":{"rule":"NodeForkt"},"duration":"1h","comment":"x"}|select: rule: NodeForkt (expected:
          /silences|{"select":{"network":"b"},"comment":"x"}|endsAt, duration: (missing) (expected: one of the two)
          /silences|{"select":{"network":"b"},"duration":"1h","endsAt":"2099-01-01T00:00:00Z","comment":"x"}|endsAt, duration: both (expected: one of the two)
          /silences|{"select":{"network":"b"},"duration":"1 hour","comment":"x"}|duration: 1 hour (expected: a Go duration such as 30m or 8h)
          /silences|{"select":{"network":"b"},"duration":"-1h","comment":"x"}|duration: -1h (expected: 1s to 8760h)
          /silences|{"select":{"network":"b"},"duration":"9000h","comment":"x"}|duration: 9000h (expected: 1s to 8760h)
          /silences|{"select":{"network":"b"},"endsAt":"2020-01-01T00:00:00Z","comment":"x"}|endsAt: 2020-01-01T00:00:00Z (expected: an end after startsAt and after now)
          /silences|{"select":{"network":"b"},"startsAt":"2020-01-01T00:00:00Z","duration":"1h","comment":"x"}|duration: 1h (expected: an end after startsAt and after now)
          /silences|{"select":{"network":"b"},"endsAt":"2999-01-01T00:00:00Z","comment":"x"}|(expected: an end at most 365 days after startsAt)
          /silences|{"select":{"network":"b"},"endsAt":"tomorrow","comment":"x"}|endsAt: tomorrow (expected: a time such as 2026-01-02T03:04:05Z)
          /silences|{"select":{"network":"b"},"startsAt":5,"duration":"1h","comment":"x"}|startsAt: 5 (expected: a time such as
          /silences|{"select":{"network":"b"},"duration":"1h"}|comment: (missing) (expected: why, in a line)
          /silences|{"select":{"network":"b"},"duration":"1h","comment":" "}|(expected: why, in a line)
          /silences|{"select":{"network":"b"},"duration":"1h","comment":"a\\nb"}|(expected: text of at most 1000 characters in one line)
          /silences|{"select":{"network":"b"},"duration":"1h","comment":"x","by":"me"}|by: me (expected: one of author, comment, duration, endsAt, select, startsAt)
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
            "{\"comment\":\"" + "x".repeat((int) JsonBody.MAX_BYTES) + "\"}",
            answer -> {
              assertThat(answer.statusCode()).isEqualTo(413);
              assertThat(answer.getHeader("content-type")).isEqualTo("application/problem+json");
            })
        .done();
  }
}
