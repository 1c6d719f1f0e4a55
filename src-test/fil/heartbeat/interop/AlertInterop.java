package fil.heartbeat.interop;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.testing.CanIgnoreReturnValue;
import fil.heartbeat.testing.HeldPort;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.WebClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The jar as an operator runs it, with a receiver of alerts, and with kills at the worst time. */
class AlertInterop {
  /** What came, unanswered as yet. */
  private record Message(HttpServerRequest request, JsonObject body) {
    String key() {
      return request.getHeader("Idempotency-Key");
    }

    String story() {
      return body.getString("status")
          + " "
          + body.getJsonObject("groupLabels").getString("alertname");
    }

    void answer() {
      Wait.on(request.response().end());
    }
  }

  private final Vertx vertx = Vertx.vertx();
  private final WebClient client = WebClient.create(vertx);
  private final BlockingQueue<Message> messages = new LinkedBlockingQueue<>();
  @TempDir private Path folder;

  @AfterEach
  void close() {
    client.close();
    Wait.on(vertx.close());
  }

  private int receiver() {
    HttpServer server =
        vertx
            .createHttpServer()
            .requestHandler(
                request ->
                    request
                        .body()
                        .onSuccess(
                            body -> messages.add(new Message(request, body.toJsonObject()))));
    return Wait.on(server.listen(0, "127.0.0.1")).actualPort();
  }

  @CanIgnoreReturnValue
  private Message next() throws InterruptedException {
    Message message = messages.poll(Wait.PATIENCE.toSeconds(), TimeUnit.SECONDS);
    assertThat(message).as("a message to the receiver").isNotNull();
    return message;
  }

  private Program start(String name, JsonObject config) throws IOException {
    Path own = Files.createDirectories(folder.resolve(name));
    Files.writeString(own.resolve("config.json"), config.encode());
    return Program.heartbeat(own, "run");
  }

  private static JsonObject aggregator(String listen, int receiver) {
    JsonObject sink =
        new JsonObject()
            .put("name", "ops")
            .put("type", "webhook")
            .put("timeout", "60s")
            .put("url", "http://127.0.0.1:" + receiver + "/");
    JsonObject atOnce = new JsonObject().put("for", "0s");
    return new JsonObject()
        .put("aggregator", new JsonObject().put("listen", listen).put("network", "simulated"))
        .put("http", new JsonObject().put("port", 0))
        .put(
            "alerts",
            new JsonObject()
                .put("groupWait", "1s")
                .put("monitorAfter", "0s")
                .put("rules", new JsonObject().put("NodeDisconnected", atOnce))
                .put("sinks", new JsonArray().add(sink)));
  }

  private static JsonObject sender(String target) {
    return new JsonObject()
        .put("heartbeat", new JsonObject().put("nickname", "alice").put("beatTarget", target))
        .put("chain", new JsonObject().put("source", "simulated"));
  }

  /** The aggregator judges, and has the one node among those that it judges. */
  private void awaitJudged(String url) {
    Wait.until(
        vertx,
        "a node that is connected, and no more warming",
        () ->
            Optional.of(get(url + "/api/v1/nodes").getJsonArray("nodes"))
                .filter(
                    nodes -> nodes.size() == 1 && nodes.getJsonObject(0).getBoolean("connected"))
                .filter(nodes -> !get(url + "/health/ready").getBoolean("warming")),
        () -> get(url + "/api/v1/nodes"));
  }

  private JsonObject get(String url) {
    return Wait.on(client.getAbs(url).send()).bodyAsJsonObject();
  }

  @Test
  void oneIncidentIsOneMessageEachWayThoughTheAggregatorIsKilledWhileItTells() throws Exception {
    try (HeldPort port = new HeldPort()) {
      JsonObject config = aggregator(port.address().toString(), receiver());
      String target;
      Message first;
      try (Program aggregator = start("aggregator", config)) {
        target = aggregator.await("^ready: aggregator (\\S+)").group(1);
        String url = aggregator.await("^ready: http (\\S+)").group(1);
        try (Program sender = start("sender", sender(target))) {
          sender.await("^ready: sender");
          awaitJudged(url);
          sender.kill();
        }
        first = next();
        aggregator.kill();
      }
      assertThat(first.story()).isEqualTo("firing NodeDisconnected");
      assertThat(first.body().encode()).contains("alice is disconnected since");
      try (Program again = start("aggregator", config)) {
        again.await("^ready: http");
        Message repeated = next();
        assertThat(repeated.story()).isEqualTo(first.story());
        assertThat(repeated.key()).isEqualTo(first.key());
        repeated.answer();
        try (Program sender = start("sender", sender(target))) {
          Message over = next();
          assertThat(over.story()).isEqualTo("resolved NodeDisconnected");
          assertThat(over.key()).isNotEqualTo(first.key());
          over.answer();
          // Before the sender, whose end would be another incident.
          again.kill();
          sender.kill();
        }
      }
      assertThat(messages).isEmpty();
    }
  }
}
