package fil.heartbeat.interop;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.testing.CanIgnoreReturnValue;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.ext.web.client.WebClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The jar as a fleet operator runs it: an aggregator, a swarm, and Prometheus beside them. */
class FleetInterop {
  private static final int NODES = 20;
  private static final Pattern WRITTEN =
      Pattern.compile("^fil_heartbeat_history_events_written_total (\\S+)$", Pattern.MULTILINE);

  /** What nodes report is compared, in an open fleet, once they have beaten for five minutes. */
  private static final Pattern COMPARED = Pattern.compile("network_(finality_lag|upgrade)_");

  private final Vertx vertx = Vertx.vertx();
  private final WebClient client = WebClient.create(vertx);
  @TempDir private Path folder;

  @AfterEach
  void close() {
    client.close();
    Wait.on(vertx.close());
  }

  private Aggregator aggregator(String name) throws IOException {
    return Aggregator.start(folder.resolve(name));
  }

  private HttpResponse<Buffer> get(String url) {
    return Wait.on(client.getAbs(url).send());
  }

  /** The answer once it is as wanted. */
  @CanIgnoreReturnValue
  private JsonObject await(String url, String what, Predicate<JsonObject> wanted) {
    return Wait.until(
        vertx,
        what,
        () ->
            Optional.of(get(url))
                .filter(answer -> answer.statusCode() == 200)
                .map(HttpResponse::bodyAsJsonObject)
                .filter(wanted),
        () -> get(url).bodyAsString());
  }

  private void awaitNodes(Aggregator of, String state, int count) {
    await(
        of.url() + "/api/v1/nodes?limit=1000&state=" + state,
        count + " " + state,
        answer -> answer.getJsonArray("nodes").size() == count);
  }

  /** What waited for the disk is on it: nothing waits any more, and then a commit is over. */
  private void awaitStored(Aggregator of) {
    long before =
        Wait.until(
            vertx,
            "nothing that waits for the disk",
            () ->
                Optional.of(metrics(of))
                    .filter(metrics -> metrics.contains("history_queue_length 0"))
                    .map(FleetInterop::written),
            () -> metrics(of));
    Wait.until(
        vertx,
        "a commit after " + before,
        () -> Optional.of(written(metrics(of))).filter(written -> written > before),
        () -> metrics(of));
  }

  private String metrics(Aggregator of) {
    return get(of.url() + "/metrics").bodyAsString();
  }

  private static long written(String metrics) {
    Matcher found = WRITTEN.matcher(metrics);
    assertThat(found.find()).as(metrics).isTrue();
    return (long) Double.parseDouble(found.group(1));
  }

  private Set<String> peers(Aggregator of) {
    Set<String> peers = new TreeSet<>();
    JsonArray nodes =
        get(of.url() + "/api/v1/nodes?limit=1000").bodyAsJsonObject().getJsonArray("nodes");
    for (int i = 0; i < nodes.size(); i++) {
      peers.add(nodes.getJsonObject(i).getString("peerId"));
    }
    return peers;
  }

  @Test
  void prometheusScrapesTheFleetThatPromtoolAccepts() throws IOException {
    try (Aggregator aggregator =
            Aggregator.start(folder.resolve("one"), new JsonObject(), new JsonObject());
        Program swarm = aggregator.swarm(NODES, 1)) {
      swarm.await("connected=" + NODES);
      awaitNodes(aggregator, "forked", NODES / 10);
      awaitNodes(aggregator, "behind", NODES / 10);
      awaitNodes(aggregator, "silent", NODES / 10);
      awaitNodes(aggregator, "ok", NODES - 3 * (NODES / 10));
      String metrics = metrics(aggregator);
      try (Program promtool = Program.start(folder, List.of("promtool", "check", "metrics"))) {
        assertThat(promtool.feed(metrics)).as(promtool.said()).isZero();
      }
      try (PrometheusServer prometheus = PrometheusServer.start(folder, client, aggregator.url())) {
        JsonObject series =
            awaitSeries(prometheus, "fil_heartbeat_nodes{state=\"forked\"}").getJsonObject(0);
        assertThat(series.getJsonObject("metric").getString("network")).isEqualTo("simulated");
        assertThat(series.getJsonArray("value").getString(1)).isEqualTo("" + NODES / 10);
        for (String query : PrometheusServer.dashboard()) {
          assertThat(prometheus.query(query)).as(query).isNotNull();
          if (!COMPARED.matcher(query).find()) {
            assertThat(awaitSeries(prometheus, query)).as(query).isNotEmpty();
          }
        }
        awaitSeries(prometheus, "ALERTS{alertname=\"NodeForked\",alertstate=\"firing\"}");
        assertThat(awaitEvaluated(prometheus))
            .hasSizeGreaterThan(10)
            .allSatisfy(
                rule -> assertThat(rule.getString("health")).as(rule.encode()).isEqualTo("ok"));
      }
    }
  }

  @CanIgnoreReturnValue
  private JsonArray awaitSeries(PrometheusServer prometheus, String query) {
    return Wait.until(
        vertx,
        "a series of " + query,
        () -> Optional.of(prometheus.query(query)).filter(found -> !found.isEmpty()),
        () -> "none");
  }

  /** The rules once each was evaluated: they are one after the other. */
  private List<JsonObject> awaitEvaluated(PrometheusServer prometheus) {
    return Wait.until(
        vertx,
        "rules that were evaluated",
        () ->
            Optional.of(prometheus.rules())
                .filter(
                    rules ->
                        rules.stream()
                            .noneMatch(rule -> rule.getString("health").equals("unknown"))),
        prometheus::rules);
  }

  @Test
  void theRulesForPrometheusPassTheirTests() {
    for (List<String> command :
        List.of(
            List.of("promtool", "check", "rules", PrometheusServer.RULES.toString()),
            List.of("promtool", "test", "rules", "rules-test.yml"),
            List.of("promtool", "test", "rules", "rules-reports-test.yml"),
            List.of("promtool", "test", "rules", "rules-days-test.yml"))) {
      try (Program promtool =
          Program.start(Path.of("src-test", "peers", "prometheus").toAbsolutePath(), command)) {
        assertThat(promtool.end()).as(promtool.said()).isZero();
      }
    }
  }

  @Test
  void afterAKillItKnowsTheSameFleetAndAccusesNobody() throws IOException {
    Set<String> shown;
    try (Aggregator aggregator = aggregator("killed");
        Program swarm = aggregator.swarm(NODES, 2)) {
      // Who is judged has been handed to the store.
      awaitNodes(aggregator, "forked", NODES / 10);
      awaitNodes(aggregator, "unknown", 0);
      shown = peers(aggregator);
      assertThat(shown).hasSize(NODES);
      awaitStored(aggregator);
      aggregator.program().kill();
      swarm.kill();
    }
    try (Aggregator again = aggregator("killed")) {
      assertThat(get(again.url() + "/health/ready").bodyAsJsonObject().getBoolean("warming"))
          .isTrue();
      assertThat(peers(again)).isEqualTo(shown);
      JsonObject silent =
          get(again.url() + "/api/v1/nodes?limit=1000&state=silent").bodyAsJsonObject();
      assertThat(silent.getJsonArray("nodes").size()).isLessThanOrEqualTo(NODES / 10);
    }
  }

  @Test
  void twoAggregatorsTakeTheSameSenders() throws IOException {
    try (Aggregator first = aggregator("first");
        Aggregator second = aggregator("second")) {
      Path own = Files.createDirectories(folder.resolve("sender"));
      Files.writeString(
          own.resolve("config.json"),
          new JsonObject()
              .put(
                  "heartbeat",
                  new JsonObject()
                      .put("nickname", "both")
                      .put(
                          "targets",
                          new JsonArray()
                              .add(new JsonObject().put("beatTarget", first.target()))
                              .add(new JsonObject().put("beatTarget", second.target()))))
              .put("chain", new JsonObject().put("source", "simulated"))
              .encode());
      try (Program sender = Program.heartbeat(own, "run")) {
        String peer = sender.await("^ready: sender (\\S+)").group(1);
        for (Aggregator each : List.of(first, second)) {
          JsonObject node =
              await(
                  each.url() + "/api/v1/nodes/" + peer,
                  "a second beat",
                  found -> found.getLong("beats", 0L) >= 2);
          assertThat(node.getString("nickname")).isEqualTo("both");
        }
      }
    }
  }
}
