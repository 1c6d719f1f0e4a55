package fil.heartbeat.interop;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.testing.CanIgnoreReturnValue;
import fil.heartbeat.testing.HeldPort;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.WebClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two aggregators that watch each other and tell one Alertmanager, as operators run them. */
class TwoAggregatorsInterop {

  /** How long after it was told the last time an alert ends by itself. */
  private static final Duration LASTS = Duration.ofMinutes(4);

  private static final String LOST = "NodeDisconnected";
  private static final String DOWN = "AggregatorDown";

  private final Vertx vertx = Vertx.vertx();
  private final WebClient client = WebClient.create(vertx);

  /** What people were told, a line for each alert in each message. */
  private final List<String> told = new CopyOnWriteArrayList<>();

  @TempDir private Path folder;

  @AfterEach
  void close() {
    client.close();
    Wait.on(vertx.close());
  }

  private int hook() {
    HttpServer server =
        vertx
            .createHttpServer()
            .requestHandler(
                request ->
                    request
                        .body()
                        .onSuccess(
                            body -> {
                              objects(body.toJsonObject().getJsonArray("alerts"))
                                  .map(TwoAggregatorsInterop::line)
                                  .forEach(told::add);
                              request.response().end().onFailure(gone -> {});
                            }));
    return Wait.on(server.listen(0, "127.0.0.1")).actualPort();
  }

  private static String line(JsonObject alert) {
    JsonObject labels = alert.getJsonObject("labels");
    String whom = labels.getString("nickname", labels.getString("aggregator"));
    return alert.getString("status") + " " + labels.getString("alertname") + " " + whom;
  }

  /** Groups nothing, so that what did not fold is a message more. */
  private Program alertmanager() throws IOException {
    Path config =
        Files.writeString(
            folder.resolve("alertmanager.yml"),
            """
            route:
              receiver: hook
              group_by: ["..."]
              group_wait: 1s
              group_interval: 1s
              repeat_interval: 1h
            receivers:
              - name: hook
                webhook_configs:
                  - url: "http://127.0.0.1:%d/"
                    send_resolved: true
            """
                .formatted(hook()));
    return Program.start(
        folder,
        List.of(
            "prometheus-alertmanager",
            "--config.file=" + config,
            "--storage.path=" + folder.resolve("data"),
            "--cluster.listen-address=",
            "--web.listen-address=127.0.0.1:0"));
  }

  private static JsonObject alerts(String alertmanager) {
    JsonObject atOnce = new JsonObject().put("for", "0s");
    JsonObject sink =
        new JsonObject().put("name", "shared").put("type", "alertmanager").put("url", alertmanager);
    return new JsonObject()
        .put("rules", new JsonObject().put(LOST, atOnce).put(DOWN, atOnce))
        .put("sinks", new JsonArray().add(sink));
  }

  private static JsonObject watching(JsonObject alerts, String name, Aggregator peer) {
    JsonObject watched = new JsonObject().put("name", name).put("url", peer.url());
    return alerts.copy().put("peers", new JsonArray().add(watched));
  }

  /** A node that beats to all of them. */
  private Program node(String nickname, Aggregator... aggregators) throws IOException {
    JsonArray targets = new JsonArray();
    for (Aggregator each : aggregators) {
      targets.add(new JsonObject().put("beatTarget", each.target()).put("reconnectPeriod", "1s"));
    }
    Path own = Files.createDirectories(folder.resolve(nickname));
    Path config =
        Files.writeString(
            own.resolve("config.json"),
            new JsonObject()
                .put(
                    "heartbeat", new JsonObject().put("nickname", nickname).put("targets", targets))
                .put("chain", new JsonObject().put("source", "simulated"))
                .encode());
    return Program.heartbeat(own, "run", "--config", config.toString());
  }

  @Test
  void aDeadNodeIsOneIncidentForBothAlsoWhileOneAggregatorDiesAndComesBack() throws IOException {
    try (HeldPort beats = new HeldPort();
        HeldPort http = new HeldPort();
        Program alertmanager = alertmanager()) {
      String shared =
          "http://" + alertmanager.await("Listening on.* address=(127\\.0\\.0\\.1:\\d+)").group(1);
      JsonObject alerts = alerts(shared);
      try (Aggregator first = Aggregator.start(folder.resolve("first"), beats, http, alerts);
          Aggregator second =
              Aggregator.start(folder.resolve("second"), new JsonObject(), alerts)) {
        JsonObject ofFirst = watching(alerts, "second", second);
        first.alerts(ofFirst);
        second.alerts(watching(alerts, "first", first));
        try (Program bob = node("bob", first, second)) {
          bob.await("^ready: sender");
          try (Program alice = node("alice", first, second);
              Program carol = node("carol", first, second)) {
            awaitFleet(first);
            awaitFleet(second);
            alice.kill();
            carol.kill();
          }
          JsonObject alice = oneIncident(shared, "alice", first, second);
          JsonObject carol = oneIncident(shared, "carol", first, second);
          assertThat(labels(shared)).containsExactlyInAnyOrder(alice, carol);
          Instant killed = Instant.now();
          first.program().kill();
          otherTells(shared, second, alice, killed);
          try (Program back = node("carol", first, second)) {
            await("told that carol is back", () -> present("resolved " + LOST + " carol"));
            // What the first keeps would be told again by now: it must not be, of carol.
            awaitTold(shared, alice, killed.plusSeconds(60));
            bothTellAgain(shared, first.again(ofFirst), second, alice);
            back.kill();
          }
          bob.kill();
        }
      }
    }
    assertThat(told.subList(0, 2))
        .containsExactlyInAnyOrder("firing " + LOST + " alice", "firing " + LOST + " carol");
    assertThat(told.subList(2, told.size()))
        .containsExactly(
            "firing " + DOWN + " first",
            "resolved " + LOST + " carol",
            "resolved " + DOWN + " first",
            "resolved " + LOST + " alice");
  }

  /** Both tell that a node is lost, in the same words; one alert is shown and one message came. */
  private JsonObject oneIncident(
      String shared, String nickname, Aggregator first, Aggregator second) {
    JsonObject labels = awaitSent(first, LOST, nickname);
    assertThat(awaitSent(second, LOST, nickname)).isEqualTo(labels);
    String line = "firing " + LOST + " " + nickname;
    await("told that it is lost", () -> present(line));
    assertThat(labels(shared)).containsOnlyOnce(labels);
    assertThat(told).containsOnlyOnce(line);
    return labels;
  }

  /** The one that is left says that the other is down, and goes on with what both said. */
  private void otherTells(String shared, Aggregator left, JsonObject lost, Instant killed) {
    assertThat(awaitSent(left, DOWN, null).getString("aggregator")).isEqualTo("first");
    await("told that the first is down", () -> present("firing " + DOWN + " first"));
    JsonObject still = awaitTold(shared, lost, killed);
    assertThat(Instant.parse(still.getString("endsAt"))).isAfter(killed.plusSeconds(230));
    assertThat(labels(shared)).hasSize(3);
    assertThat(told).hasSize(3);
  }

  /** The one that is back says nothing of who came back without it, and of the other that it is. */
  private void bothTellAgain(String shared, Aggregator first, Aggregator second, JsonObject lost)
      throws IOException {
    try (first) {
      await("told that the first is back", () -> present("resolved " + DOWN + " first"));
      awaitFleet(first);
      assertThat(labels(shared)).containsExactly(lost);
      try (Program alice = node("alice", first, second)) {
        await("told that alice is back", () -> present("resolved " + LOST + " alice"));
        awaitOver(first);
        awaitOver(second);
        assertThat(shown(shared)).isEmpty();
        alice.kill();
      }
    }
  }

  /** What is shown of an alert that somebody told again after a moment. */
  @CanIgnoreReturnValue
  private JsonObject awaitTold(String shared, JsonObject labels, Instant after) {
    return await(
        "told again after " + after,
        () ->
            shown(shared).stream()
                .filter(each -> each.getJsonObject("labels").equals(labels))
                .filter(each -> Instant.parse(each.getString("updatedAt")).isAfter(after))
                // What was on its way at that moment was told before.
                .filter(each -> Instant.parse(each.getString("endsAt")).isAfter(after.plus(LASTS)))
                .findFirst());
  }

  private List<JsonObject> labels(String shared) {
    return shown(shared).stream().map(each -> each.getJsonObject("labels")).toList();
  }

  private List<JsonObject> shown(String shared) {
    return objects(Wait.on(client.getAbs(shared + "/api/v2/alerts").send()).bodyAsJsonArray())
        .toList();
  }

  private Optional<String> present(String line) {
    return told.stream().filter(line::equals).findFirst();
  }

  private JsonObject get(Aggregator of, String path) {
    return Wait.on(client.getAbs(of.url() + path).send()).bodyAsJsonObject();
  }

  /** It is no longer warming, and knows the nodes. */
  private void awaitFleet(Aggregator of) {
    await(
        "three nodes, judged",
        () ->
            Optional.of(get(of, "/api/v1/nodes?limit=10"))
                .filter(found -> found.getJsonArray("nodes").size() == 3)
                .filter(found -> !get(of, "/health/ready").getBoolean("warming")));
  }

  /** The labels of an alert that fires, once the Alertmanager took it. */
  private JsonObject awaitSent(Aggregator of, String rule, @Nullable String nickname) {
    return await(
        rule + " sent",
        () ->
            objects(get(of, "/api/v1/alerts?status=firing&rule=" + rule).getJsonArray("alerts"))
                .filter(each -> !each.getJsonArray("sentTo").isEmpty())
                .map(each -> each.getJsonObject("labels"))
                .filter(labels -> Objects.equals(labels.getString("nickname"), nickname))
                .findFirst());
  }

  /** Nothing fires any more but the Watchdog, and the Alertmanager was told of all. */
  private void awaitOver(Aggregator of) {
    await(
        "over",
        () ->
            Optional.of(get(of, "/api/v1/alerts?status=firing").getJsonArray("alerts"))
                .filter(
                    fires ->
                        objects(fires).allMatch(each -> each.getString("rule").equals("Watchdog")))
                .filter(fires -> metrics(of).contains("alert_waiting{sink=\"shared\"} 0")));
  }

  private String metrics(Aggregator of) {
    return Wait.on(client.getAbs(of.url() + "/metrics").send()).bodyAsString();
  }

  private static Stream<JsonObject> objects(JsonArray array) {
    return IntStream.range(0, array.size()).mapToObj(array::getJsonObject);
  }

  @CanIgnoreReturnValue
  private <T> T await(String what, Supplier<Optional<T>> found) {
    return Wait.until(vertx, what, found, () -> told);
  }
}
