package fil.heartbeat.interop;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.alert.model.Alert;
import fil.heartbeat.alert.model.AlertRule;
import fil.heartbeat.alert.model.AlertStatus;
import fil.heartbeat.alert.model.AlertText;
import fil.heartbeat.alert.model.Notification;
import fil.heartbeat.alert.model.Severity;
import fil.heartbeat.alert.model.Sink;
import fil.heartbeat.alert.sink.Sinks;
import fil.heartbeat.config.Secret;
import fil.heartbeat.config.SinkConfig;
import fil.heartbeat.testing.CanIgnoreReturnValue;
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
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real Alertmanager: told by our sink, and telling a webhook as ours does. */
class AlertmanagerInterop {
  private static final String HOSTILE = "<!channel> \"}]\\ ${x} `rm`";

  private final Vertx vertx = Vertx.vertx();
  private final WebClient client = WebClient.create(vertx);

  /** What came on the path of the Alertmanager, and of our own webhook sink. */
  private final List<JsonObject> theirs = new CopyOnWriteArrayList<>();

  private final List<JsonObject> ours = new CopyOnWriteArrayList<>();
  private final Instant start = millisecond().minusSeconds(30);
  @TempDir private Path folder;
  private int hook;

  @BeforeEach
  void startHook() {
    HttpServer server =
        vertx
            .createHttpServer()
            .requestHandler(
                request ->
                    request
                        .body()
                        .onSuccess(
                            body -> {
                              (request.path().equals("/theirs") ? theirs : ours)
                                  .add(body.toJsonObject());
                              request.response().end().onFailure(gone -> {});
                            }));
    hook = Wait.on(server.listen(0, "127.0.0.1")).actualPort();
  }

  @AfterEach
  void close() {
    client.close();
    Wait.on(vertx.close());
  }

  private Program alertmanager() throws IOException {
    Path config =
        Files.writeString(
            folder.resolve("alertmanager.yml"),
            """
            route:
              receiver: hook
              group_by: [alertname, network]
              group_wait: 1s
              group_interval: 1s
              repeat_interval: 1h
            receivers:
              - name: hook
                webhook_configs:
                  - url: "http://127.0.0.1:%d/theirs"
                    send_resolved: true
            """
                .formatted(hook));
    return Program.start(
        folder,
        List.of(
            "prometheus-alertmanager",
            "--config.file=" + config,
            "--storage.path=" + folder.resolve("data"),
            "--cluster.listen-address=",
            "--web.listen-address=127.0.0.1:0"));
  }

  private static String url(Program alertmanager) {
    return "http://" + alertmanager.await("Listening on.* address=(127\\.0\\.0\\.1:\\d+)").group(1);
  }

  private Sink sink(SinkConfig.Type type, String url) {
    return Sinks.create(
        vertx,
        new SinkConfig(
            "ops",
            type,
            Optional.of(new Secret.Plain(url)),
            Optional.empty(),
            false,
            600,
            Wait.PATIENCE,
            Optional.empty(),
            Optional.empty()),
        Map.of(),
        Optional.of("https://beats.example/"));
  }

  private Alert alert(String name, String network, AlertStatus status, Severity severity) {
    @Nullable Instant end = status == AlertStatus.RESOLVED ? Instant.now() : null;
    return new Alert(
        new Alert.Origin(
            "id-" + name,
            "00000000deadbeef",
            AlertRule.NODE_BEHIND,
            "12D3KooWDpJ7As7BWAwRMfu1VU2WCqNjvq387JEYKDBj4kx6nXTN"),
        status,
        severity,
        Map.of(
            "alertname", "NodeBehind", "severity", "warning", "network", network, "nickname", name),
        new AlertText(name + " is 7 epochs behind", null),
        new Alert.Times(start, start, end),
        new Alert.Handling(
            null,
            null,
            Map.of("ops", new Alert.Delivery(AlertStatus.FIRING, Severity.WARNING, start))));
  }

  private static Notification told(Alert... alerts) {
    return new Notification(
        "id",
        "ops",
        "NodeBehind",
        Map.of("alertname", "NodeBehind"),
        List.of(alerts),
        Stream.of(alerts).map(Alert::id).toList(),
        millisecond());
  }

  /** Now, to the millisecond: it shows no more. */
  private static Instant millisecond() {
    return Instant.now().truncatedTo(ChronoUnit.MILLIS);
  }

  @Test
  void whatWeTellItIsShownGroupedDeliveredAndTakenBack() throws IOException {
    try (Program alertmanager = alertmanager()) {
      String url = url(alertmanager);
      Sink sink = sink(SinkConfig.Type.ALERTMANAGER, url);
      Alert alice = alert("alice", "mainnet", AlertStatus.FIRING, Severity.WARNING);
      Alert hostile = alert(HOSTILE, "mainnet", AlertStatus.FIRING, Severity.WARNING);
      Alert bob = alert("bob", "calibnet", AlertStatus.FIRING, Severity.WARNING);
      Notification told = told(alice, hostile, bob);
      Wait.on(sink.deliver(told));

      JsonObject shown = shown(url, "alice");
      assertThat(shown.getJsonObject("labels").getMap())
          .isEqualTo(
              Map.of(
                  "alertname",
                  "NodeBehind",
                  "severity",
                  "warning",
                  "network",
                  "mainnet",
                  "nickname",
                  "alice"));
      assertThat(Instant.parse(shown.getString("startsAt"))).isEqualTo(start);
      assertThat(Instant.parse(shown.getString("endsAt")))
          .isEqualTo(told.at().plus(Duration.ofMinutes(4)));
      assertThat(shown.getString("generatorURL")).startsWith("https://beats.example/#/node/12D3");
      assertThat(shown.getJsonObject("annotations").getString("summary"))
          .isEqualTo("alice is 7 epochs behind");

      JsonObject mainnet = await("both of mainnet", () -> theirs("mainnet", "firing", 2));
      assertThat(mainnet.getJsonObject("groupLabels").getMap())
          .isEqualTo(Map.of("alertname", "NodeBehind", "network", "mainnet"));
      assertThat(nicknames(mainnet)).containsExactlyInAnyOrder("alice", HOSTILE);
      await("bob apart", () -> theirs("calibnet", "firing", 1));

      // Told again as each minute, it is the same alert; then it is over.
      Wait.on(sink.deliver(told(alice, hostile, bob)));
      Alert over = alert("alice", "mainnet", AlertStatus.RESOLVED, Severity.WARNING);
      Wait.on(sink.deliver(told(hostile, bob, over)));
      JsonObject resolved = await("alice over", () -> theirs("alice", "resolved"));
      assertThat(Instant.parse(resolved.getString("endsAt"))).isEqualTo(over.endsAt());
      await(
          "only two shown",
          () -> get(url).size() == 2 ? Optional.of(new JsonObject()) : Optional.empty());
    }
  }

  @Test
  void anAlertThatGrowsGraverIsOneThatFiresAndOneThatIsOver() throws IOException {
    try (Program alertmanager = alertmanager()) {
      String url = url(alertmanager);
      Sink sink = sink(SinkConfig.Type.ALERTMANAGER, url);
      Wait.on(sink.deliver(told(alert("alice", "mainnet", AlertStatus.FIRING, Severity.WARNING))));
      await("alice behind", () -> theirs("mainnet", "firing", 1));
      Wait.on(sink.deliver(told(alert("alice", "mainnet", AlertStatus.FIRING, Severity.CRITICAL))));
      JsonObject over = await("the lesser over", () -> theirs("alice", "resolved"));
      assertThat(over.getJsonObject("labels").getString("severity")).isEqualTo("warning");
      assertThat(shown(url, "alice").getJsonObject("labels").getString("severity"))
          .isEqualTo("critical");
      assertThat(get(url).size()).isEqualTo(1);
    }
  }

  @Test
  void ourWebhookTellsWhatItsWebhookDoes() throws IOException {
    try (Program alertmanager = alertmanager()) {
      Alert alice = alert("alice", "mainnet", AlertStatus.FIRING, Severity.WARNING);
      Notification told = told(alice);
      Wait.on(sink(SinkConfig.Type.ALERTMANAGER, url(alertmanager)).deliver(told));
      Wait.on(sink(SinkConfig.Type.WEBHOOK, "http://127.0.0.1:" + hook + "/ours").deliver(told));
      JsonObject their = await("alice behind", () -> theirs("mainnet", "firing", 1));
      JsonObject our = ours.get(0);
      assertThat(our.fieldNames()).containsExactlyElementsOf(their.fieldNames());
      JsonObject theirAlert = their.getJsonArray("alerts").getJsonObject(0);
      JsonObject ourAlert = our.getJsonArray("alerts").getJsonObject(0);
      assertThat(ourAlert.fieldNames()).containsExactlyElementsOf(theirAlert.fieldNames());
      for (String same : List.of("status", "labels", "annotations", "generatorURL")) {
        assertThat(ourAlert.getValue(same)).as(same).isEqualTo(theirAlert.getValue(same));
      }
      // Go leaves out the zeros at the end of a fraction, and Java does not.
      for (String same : List.of("startsAt", "endsAt")) {
        assertThat(Instant.parse(ourAlert.getString(same)))
            .as(same)
            .isEqualTo(Instant.parse(theirAlert.getString(same)));
      }
      for (String same :
          List.of("version", "status", "truncatedAlerts", "commonLabels", "commonAnnotations")) {
        assertThat(our.getValue(same)).as(same).isEqualTo(their.getValue(same));
      }
    }
  }

  private JsonArray get(String url) {
    return Wait.on(client.getAbs(url + "/api/v2/alerts").send()).bodyAsJsonArray();
  }

  private JsonObject shown(String url, String nickname) {
    return await(
        nickname + " shown",
        () ->
            objects(get(url))
                .filter(each -> nickname.equals(each.getJsonObject("labels").getString("nickname")))
                .findFirst());
  }

  /** A message of theirs about a network with so many alerts. */
  private Optional<JsonObject> theirs(String network, String status, int alerts) {
    return theirs.stream()
        .filter(
            body ->
                network.equals(body.getJsonObject("groupLabels").getString("network"))
                    && status.equals(body.getString("status"))
                    && body.getJsonArray("alerts").size() == alerts)
        .findFirst();
  }

  /** An alert in a message of theirs. */
  private Optional<JsonObject> theirs(String nickname, String status) {
    return theirs.stream()
        .flatMap(body -> objects(body.getJsonArray("alerts")))
        .filter(
            alert ->
                nickname.equals(alert.getJsonObject("labels").getString("nickname"))
                    && status.equals(alert.getString("status")))
        .findFirst();
  }

  private static List<String> nicknames(JsonObject body) {
    return objects(body.getJsonArray("alerts"))
        .map(alert -> alert.getJsonObject("labels").getString("nickname"))
        .toList();
  }

  private static Stream<JsonObject> objects(JsonArray array) {
    return IntStream.range(0, array.size()).mapToObj(array::getJsonObject);
  }

  @CanIgnoreReturnValue
  private JsonObject await(String what, Supplier<Optional<JsonObject>> found) {
    return Wait.until(vertx, what, found, () -> theirs);
  }
}
