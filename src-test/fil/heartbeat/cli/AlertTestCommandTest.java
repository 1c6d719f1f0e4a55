package fil.heartbeat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.testing.Await;
import fil.heartbeat.testing.HeldPort;
import fil.heartbeat.testing.LogbackRestored;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith({VertxExtension.class, LogbackRestored.class})
class AlertTestCommandTest {
  private static final String SECRET = "T0PSECRET";

  @TempDir Path folder;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private OptionalInt test(String sinks, String... options) throws IOException {
    String json = "{\"aggregator\":{},\"alerts\":{\"sinks\":[" + sinks + "]}}";
    Path file = Files.writeString(folder.resolve("config.json"), json);
    List<String> words =
        new java.util.ArrayList<>(List.of("alert", "test", "--config", file.toString()));
    words.addAll(List.of(options));
    return new Main(Map.of("HOOK_KEY", SECRET), new Properties(), stream(out), stream(err))
        .run(words);
  }

  private static PrintStream stream(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, true, StandardCharsets.UTF_8);
  }

  private static String text(ByteArrayOutputStream bytes) {
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private static String webhook(int port) {
    return ("{\"name\":\"ops\",\"type\":\"webhook\",\"url\":\"http://127.0.0.1:%d/"
            + SECRET
            + "\",\"secretEnv\":\"HOOK_KEY\"}")
        .formatted(port);
  }

  @Test
  void aSinkGetsOneNotificationThatSaysItIsATest(Vertx vertx) throws Exception {
    CompletableFuture<JsonObject> body = new CompletableFuture<>();
    HttpServer server =
        Await.done(
            vertx
                .createHttpServer()
                .requestHandler(
                    request ->
                        request
                            .body()
                            .onSuccess(
                                read -> {
                                  assertThat(body.complete(read.toJsonObject())).isTrue();
                                  request.response().end().onFailure(body::completeExceptionally);
                                }))
                .listen(0, "127.0.0.1"));
    assertThat(test(webhook(server.actualPort()), "--sink", "ops")).hasValue(0);
    assertThat(text(out)).matches("ok: sink ops type webhook answered in [0-9]+ ms\n");
    assertThat(text(err)).isEmpty();
    JsonObject told = body.get(20, TimeUnit.SECONDS);
    assertThat(told.getJsonArray("alerts")).hasSize(1);
    JsonObject alert = told.getJsonArray("alerts").getJsonObject(0);
    assertThat(alert.getString("status")).isEqualTo("firing");
    assertThat(alert.getJsonObject("labels"))
        .isEqualTo(
            new JsonObject()
                .put("alertname", "Watchdog")
                .put("severity", "info")
                .put("test", "true"));
    assertThat(alert.getJsonObject("annotations").getString("summary"))
        .isEqualTo("test of the sink ops by operator");
  }

  @Test
  void aRejectionIsOneLineWithARemedyAndNoSecret(Vertx vertx) throws Exception {
    HttpServer server =
        Await.done(
            vertx
                .createHttpServer()
                .requestHandler(
                    request ->
                        request
                            .response()
                            .setStatusCode(403)
                            .end("no " + SECRET)
                            .onFailure(failure -> request.connection().close()))
                .listen(0, "127.0.0.1"));
    assertThat(test(webhook(server.actualPort()), "--sink", "ops")).hasValue(1);
    assertThat(text(out).lines()).hasSize(1);
    assertThat(text(out))
        .startsWith("failed: sink ops type webhook after ")
        .contains("403", "; remedy: correct the sink's keys")
        .doesNotContain(SECRET);
    assertThat(text(err)).doesNotContain(SECRET);
    try (HeldPort down = new HeldPort()) {
      assertThat(test(webhook(down.port()), "--sink", "ops")).hasValue(1);
    }
    assertThat(text(out)).contains("; remedy: is the receiver up").doesNotContain(SECRET);
  }

  @Test
  void anUnknownSinkIsBadUsageThatListsTheSinks() throws IOException {
    assertThat(test(webhook(1) + "," + webhook(1).replace("ops", "pager"), "--sink", "opps"))
        .hasValue(2);
    assertThat(test(webhook(1))).hasValue(2);
    assertThat(test("", "--sink", "ops")).hasValue(2);
    assertThat(text(err).lines())
        .containsExactly(
            "--sink: opps (expected: one of ops, pager)",
            "--sink: (missing) (expected: one of ops)",
            "--sink: ops (expected: a name of alerts.sinks; there are none)");
    assertThat(text(out)).isEmpty();
  }

  @Test
  void aBadConfigIsReportedAsInOtherCommands() throws IOException {
    assertThat(test("{\"name\":\"ops\",\"type\":\"slack\"}", "--sink", "ops")).hasValue(2);
    assertThat(text(err)).startsWith("alerts.sinks[0].url: (missing)");
  }
}
