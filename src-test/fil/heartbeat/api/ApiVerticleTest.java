package fil.heartbeat.api;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.aggregator.AggregatorView;
import fil.heartbeat.aggregator.Claims;
import fil.heartbeat.aggregator.ClockSteps;
import fil.heartbeat.aggregator.Contact;
import fil.heartbeat.aggregator.IngestCounts;
import fil.heartbeat.aggregator.Node;
import fil.heartbeat.aggregator.Overview;
import fil.heartbeat.aggregator.Snapshot;
import fil.heartbeat.alert.model.AlertStats;
import fil.heartbeat.alert.model.AlertStats.CanaryStats;
import fil.heartbeat.alert.model.AlertStats.SinkStats;
import fil.heartbeat.api.access.AggregatorReads;
import fil.heartbeat.fleet.Agreement;
import fil.heartbeat.fleet.ChainState;
import fil.heartbeat.fleet.Liveness;
import fil.heartbeat.fleet.Standing;
import fil.heartbeat.fleet.Verdict;
import fil.heartbeat.history.HistoryStats;
import fil.heartbeat.libp2p.HostStats;
import fil.heartbeat.sender.SenderStatus;
import fil.heartbeat.testing.FakeAlerts;
import fil.heartbeat.testing.FleetFixtures;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.ext.web.client.WebClient;
import io.vertx.junit5.VertxExtension;
import io.vertx.junit5.VertxTestContext;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(VertxExtension.class)
class ApiVerticleTest {
  private static final Node ALICE =
      FleetFixtures.node(
          "12D3KooWA4Xop1JaT3MHxwYMkCepYsv4iPVopMXwCz5iHYdBfeSB",
          new Claims(
              "alice",
              "f01000",
              null,
              List.of("bafy2bzacecnamqgqmifpluoeldx7zzglxcljo6oja4vrmtj7432rphldpdmm2"),
              444L,
              null),
          new Contact(
              new Contact.Connection(true, "/ip4/192.0.2.7/tcp/1234", null, null),
              new Contact.Uptime(null, ""),
              Instant.parse("2026-01-02T03:04:05Z"),
              Instant.parse("2026-01-02T03:04:06.7Z"),
              Instant.parse("2026-01-02T03:04:05Z"),
              2));
  private static final AggregatorView VIEW =
      FleetFixtures.view(
          FleetFixtures.snapshot(
              List.of(ALICE),
              List.of(),
              new IngestCounts(5, 2, Map.of("malformed", 3L)),
              FleetFixtures.hostStats(Map.of("per-address", 4L))));

  private static void ask(
      Vertx vertx,
      VertxTestContext test,
      Optional<AggregatorView> aggregator,
      List<SenderStatus> senders,
      String path,
      Consumer<HttpResponse<Buffer>> check) {
    ApiVerticle api =
        new ApiVerticle(
            new ApiSettings("127.0.0.1", 0, "0.0.0"),
            aggregator.map(AggregatorReads::of),
            Optional.empty(),
            () -> senders);
    WebClient client = WebClient.create(vertx);
    vertx
        .deployVerticle(api)
        .compose(id -> client.get(api.port(), "127.0.0.1", path).send())
        .onComplete(
            test.succeeding(
                response ->
                    test.verify(
                        () -> {
                          check.accept(response);
                          test.completeNow();
                        })));
  }

  @Test
  void aNodeFollowsTheContract(Vertx vertx, VertxTestContext test) {
    ask(
        vertx,
        test,
        Optional.of(VIEW),
        List.of(),
        "/api/v1/nodes/" + ALICE.peerId(),
        response -> {
          assertThat(response.statusCode()).isEqualTo(200);
          JsonObject node = response.bodyAsJsonObject();
          assertThat(node.getString("nickname")).isEqualTo("alice");
          assertThat(node.getLong("height")).isEqualTo(444);
          assertThat(node.getString("lastBeat")).isEqualTo("2026-01-02T03:04:06.700Z");
          assertThat(node.getValue("genesisCid")).isNull();
        });
  }

  @ParameterizedTest
  @CsvSource({
    "/api/v1/nodes/12D3KooWNobody, 404, 12D3KooWNobody",
    "/api/v1/nodes?limit=0, 400, 'limit: 0 (expected: '",
    "/api/v1/nothing, 404, /api/v1/nothing"
  })
  void errorsAreProblemDocuments(
      String path, int status, String detail, Vertx vertx, VertxTestContext test) {
    ask(
        vertx,
        test,
        Optional.of(VIEW),
        List.of(),
        path,
        response -> {
          assertThat(response.statusCode()).isEqualTo(status);
          assertThat(response.getHeader("content-type")).isEqualTo("application/problem+json");
          assertThat(response.bodyAsJsonObject().getInteger("status")).isEqualTo(status);
          assertThat(response.bodyAsJsonObject().getString("detail")).contains(detail);
        });
  }

  @Test
  void routesOfARoleThatIsOffAreNotFound(Vertx vertx, VertxTestContext test) {
    ask(
        vertx,
        test,
        Optional.empty(),
        List.of(),
        "/api/v1/nodes",
        response -> assertThat(response.statusCode()).isEqualTo(404));
  }

  @Test
  void metricsAccountForTheBeats(Vertx vertx, VertxTestContext test) {
    ask(
        vertx,
        test,
        Optional.of(VIEW),
        List.of(),
        "/metrics",
        response ->
            assertThat(response.bodyAsString())
                .contains(
                    "fil_heartbeat_beats_received_total 5.0",
                    "fil_heartbeat_beats_accepted_total 2.0",
                    "fil_heartbeat_beats_dropped_total{reason=\"malformed\"} 3.0",
                    "fil_heartbeat_nodes{network=\"\",state=\"unknown\"} 1.0",
                    "fil_heartbeat_upgrade_duration_seconds_bucket{le=\"+Inf\"} 1",
                    "fil_heartbeat_sockets_refused_total{reason=\"per-address\"} 4.0",
                    "fil_heartbeat_build_info{version=\"0.0.0\"} 1.0",
                    "connected_nodes 1.0",
                    "jvm_memory_used_bytes")
                // promtool does not accept their names.
                .doesNotContain("process_cpu_time", "system_cpu_count"));
  }

  private static final SenderStatus SENDER =
      new SenderStatus(
          "/ip4/192.0.2.1/tcp/1/p2p/12D3KooWTarget",
          "12D3KooWTarget",
          Optional.of("12D3KooWSelf"),
          "alice",
          true,
          7,
          Map.of("write-pending", 2L),
          1,
          0,
          Optional.empty(),
          Optional.of(Instant.ofEpochMilli(1_500)),
          Optional.empty(),
          Map.of(),
          Map.of());

  @Test
  void metricsCountTheBeatsOfEachSender(Vertx vertx, VertxTestContext test) {
    String labels = "sender=\"12D3KooWSelf\",target=\"/ip4/192.0.2.1/tcp/1/p2p/12D3KooWTarget\"";
    ask(
        vertx,
        test,
        Optional.empty(),
        List.of(SENDER),
        "/metrics",
        response ->
            assertThat(response.bodyAsString())
                .contains(
                    "fil_heartbeat_sender_beats_sent_total{" + labels + "} 7.0",
                    "fil_heartbeat_sender_beats_skipped_total{reason=\"write-pending\","
                        + labels
                        + "} 2.0",
                    "fil_heartbeat_sender_connected{" + labels + "} 1.0",
                    "fil_heartbeat_source_head_timestamp_seconds{" + labels + "} 1.5")
                .doesNotContain("beats_received"));
  }

  @Test
  void everyOwnMetricHasItsName(Vertx vertx, VertxTestContext test) {
    Map<String, Long> some = Map.of("a", 1L);
    Verdict late =
        new Verdict(
            Liveness.BEATING, ChainState.OK, Agreement.SAME, 1L, true, null, FleetFixtures.NOW);
    Snapshot full =
        new Snapshot(
            FleetFixtures.overview(
                    FleetFixtures.NOW, 1, false, List.of(FleetFixtures.report(false)))
                .withAccounts(
                    new Overview.Accounts(
                        new IngestCounts(5, 2, some),
                        0,
                        new HostStats(
                            1,
                            0,
                            0,
                            1,
                            1,
                            1,
                            0,
                            some,
                            some,
                            some,
                            some,
                            some,
                            FleetFixtures.hostStats(some).upgradeSecondsBuckets(),
                            0.1),
                        new HistoryStats(3, 0, some, Optional.empty(), 0)))
                .withUse(FleetFixtures.use()),
            List.of(
                new Node(
                    ALICE.peerId(),
                    null,
                    Standing.VOTER,
                    "mainnet",
                    ALICE.claims(),
                    List.of(),
                    late,
                    ALICE.contact())));
    ask(
        vertx,
        test,
        Optional.of(FleetFixtures.view(full)),
        List.of(SENDER),
        "/metrics",
        response -> {
          List<String> names =
              response
                  .bodyAsString()
                  .lines()
                  .filter(line -> line.startsWith("# TYPE "))
                  .map(line -> line.split(" ", -1)[2])
                  .toList();
          assertThat(names)
              .filteredOn(
                  name ->
                      !name.startsWith("jvm_")
                          && !name.startsWith("process_")
                          && !name.startsWith("system_"))
              .containsExactlyInAnyOrder(
                  "connected_nodes",
                  "nodes_in_consensus",
                  "nodes_in_dispute",
                  "time_since_block_mined",
                  "fil_heartbeat_beats_received_total",
                  "fil_heartbeat_beats_accepted_total",
                  "fil_heartbeat_beats_dropped_total",
                  "fil_heartbeat_nodes",
                  "fil_heartbeat_nodes_forgotten_total",
                  "fil_heartbeat_strangers_beating",
                  "fil_heartbeat_node_series_enabled",
                  "fil_heartbeat_node_info",
                  "fil_heartbeat_node_state",
                  "fil_heartbeat_node_head_height",
                  "fil_heartbeat_node_lag_epochs",
                  "fil_heartbeat_node_last_beat_timestamp_seconds",
                  "fil_heartbeat_warming",
                  "fil_heartbeat_clock_suspected",
                  "fil_heartbeat_network_best_height",
                  "fil_heartbeat_network_finality_conflict",
                  "fil_heartbeat_network_fleet_forked",
                  "fil_heartbeat_network_lag_epochs",
                  "fil_heartbeat_network_newest_block_timestamp_seconds",
                  "fil_heartbeat_network_nodes_in_consensus",
                  "fil_heartbeat_network_nodes_in_dispute",
                  "fil_heartbeat_network_voters",
                  "fil_heartbeat_history_events_dropped_total",
                  "fil_heartbeat_history_events_written_total",
                  "fil_heartbeat_history_failing",
                  "fil_heartbeat_history_queue_length",
                  "fil_heartbeat_history_size_bytes",
                  "fil_heartbeat_capacity_nearly_used",
                  "fil_heartbeat_capacity_nodes",
                  "fil_heartbeat_connections",
                  "fil_heartbeat_pending_upgrades",
                  "fil_heartbeat_upgrade_duration_seconds",
                  "fil_heartbeat_upgrades_failed_total",
                  "fil_heartbeat_sockets_refused_total",
                  "fil_heartbeat_streams_refused_total",
                  "fil_heartbeat_violations_total",
                  "fil_heartbeat_frames_ignored_total",
                  "fil_heartbeat_sender_beats_sent_total",
                  "fil_heartbeat_sender_beats_skipped_total",
                  "fil_heartbeat_sender_connected",
                  "fil_heartbeat_source_head_timestamp_seconds",
                  "fil_heartbeat_http_connections",
                  "fil_heartbeat_http_refused_total",
                  "fil_heartbeat_feed_bytes",
                  "fil_heartbeat_feed_viewers",
                  "fil_heartbeat_feed_begun_total",
                  "fil_heartbeat_feed_resumed_total",
                  "fil_heartbeat_feed_fell_behind_total",
                  "fil_heartbeat_feed_questions_failed_total",
                  "fil_heartbeat_feed_refused_total",
                  "fil_heartbeat_event_loop_lateness_seconds",
                  "fil_heartbeat_event_loop_lateness_max_seconds",
                  "fil_heartbeat_build_info");
          assertThat(names)
              .contains(
                  "jvm_memory_used_bytes", "jvm_threads_live_threads", "process_uptime_seconds");
        });
  }

  @Test
  void readinessShowsEachConnection(Vertx vertx, VertxTestContext test) {
    ask(
        vertx,
        test,
        Optional.empty(),
        List.of(SENDER),
        "/health/ready",
        response -> {
          JsonObject target = response.bodyAsJsonObject().getJsonArray("senders").getJsonObject(0);
          assertThat(target.getString("target")).isEqualTo(SENDER.target());
          assertThat(target.getBoolean("connected")).isTrue();
        });
  }

  private static final AggregatorView MEASURED =
      FleetFixtures.view(
          new Snapshot(
              FleetFixtures.snapshot(List.of(), List.of()).overview().withUse(FleetFixtures.use()),
              List.of()));

  @Test
  void readinessShowsHowManyNodesItCarries(Vertx vertx, VertxTestContext test) {
    ask(
        vertx,
        test,
        Optional.of(MEASURED),
        List.of(),
        "/health/ready",
        response ->
            assertThat(response.bodyAsJsonObject().getMap())
                .contains(Map.entry("nodes", 13_107), Map.entry("limit", "-Xmx")));
  }

  @Test
  void metricsShowHowManyNodesItCarriesByEachLimit(Vertx vertx, VertxTestContext test) {
    ask(
        vertx,
        test,
        Optional.of(MEASURED),
        List.of(),
        "/metrics",
        response ->
            assertThat(response.bodyAsString())
                .contains(
                    "fil_heartbeat_capacity_nodes{limit=\"-Xmx\"} 13107.0",
                    "fil_heartbeat_capacity_nearly_used{limit=\"aggregator.maxNodes\"} 0.0",
                    "fil_heartbeat_capacity_nearly_used{limit=\"libp2p.maxConnections\"} 1.0",
                    "fil_heartbeat_capacity_nodes{limit=\"libp2p.maxConnections\"} 16320.0"));
  }

  @Test
  void readinessOfAProcessWithoutAnAggregatorHasNoNodes(Vertx vertx, VertxTestContext test) {
    ask(
        vertx,
        test,
        Optional.empty(),
        List.of(),
        "/health/ready",
        response ->
            assertThat(response.bodyAsJsonObject().getMap())
                .containsEntry("nodes", null)
                .containsEntry("limit", null));
  }

  @Test
  void healthReportsAFullDiskAndAWrongClock(Vertx vertx, VertxTestContext test) {
    Snapshot calm = FleetFixtures.snapshot(List.of(), List.of(FleetFixtures.report(true)));
    HistoryStats full = new HistoryStats(3, 0, Map.of(), Optional.of("disk is full"), 0);
    ask(
        vertx,
        test,
        Optional.of(
            FleetFixtures.view(
                new Snapshot(
                    FleetFixtures.overview(
                            FleetFixtures.NOW,
                            1,
                            false,
                            calm.overview().networks(),
                            new ClockSteps(Duration.ofHours(2), true, "clock stepped by +2h"))
                        .withAccounts(calm.overview().accounts().withHistory(full)),
                    calm.nodes()))),
        List.of(),
        "/health/ready",
        response -> {
          assertThat(response.statusCode()).isEqualTo(200);
          assertThat(response.bodyAsJsonObject().getString("status")).isEqualTo("degraded");
          assertThat(response.bodyAsJsonObject().getJsonArray("degraded"))
              .containsExactly(
                  "history is not written: disk is full",
                  "the clock of this machine is about 10 min ahead of that of the nodes of mainnet",
                  "clock stepped by +2h");
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"/health/ready", "/api/v1/info", "/api/v1/consensus"})
  void routesWithoutNodesReadNone(String path, Vertx vertx, VertxTestContext test) {
    AggregatorView all =
        FleetFixtures.view(
            FleetFixtures.snapshot(List.of(ALICE), List.of(FleetFixtures.report(false))));
    AggregatorView onlyOverview =
        (AggregatorView)
            Proxy.newProxyInstance(
                ApiVerticleTest.class.getClassLoader(),
                new Class<?>[] {AggregatorView.class},
                (proxy, method, arguments) ->
                    List.of("snapshot", "nodes").contains(method.getName())
                        ? Future.failedFuture("nodes were asked for")
                        : method.invoke(all, arguments));
    ask(
        vertx,
        test,
        Optional.of(onlyOverview),
        List.of(),
        path,
        response -> assertThat(response.statusCode()).isEqualTo(200));
  }

  private static FakeAlerts alerts(List<String> degraded, boolean on, boolean broken) {
    return new FakeAlerts() {
      @Override
      public boolean isOn() {
        return on;
      }

      @Override
      public synchronized Future<List<String>> degraded() {
        return broken ? Future.failedFuture("broken") : Future.succeededFuture(degraded);
      }
    };
  }

  @ParameterizedTest
  @CsvSource({
    "true, false, 'one, two of mainnet'",
    "true, false, ''",
    "true, true, 'the clock of this machine is about 10 min ahead of that of the nodes of mainnet, the alert role does not answer'",
    "false, false, the clock of this machine is about 10 min ahead of that of the nodes of mainnet"
  })
  void allRoutesShowTheSameDegradedList(
      boolean on, boolean broken, String list, Vertx vertx, VertxTestContext test) {
    List<String> expected = list.isEmpty() ? List.of() : List.of(list.split(", ", -1));
    ApiVerticle api =
        new ApiVerticle(
            new ApiSettings("127.0.0.1", 0, "0"),
            Optional.of(
                AggregatorReads.of(
                    FleetFixtures.view(
                        FleetFixtures.snapshot(List.of(), List.of(FleetFixtures.report(true)))))),
            Optional.of(alerts(expected, on, broken)),
            List::of);
    WebClient client = WebClient.create(vertx);
    vertx
        .deployVerticle(api)
        .compose(
            id ->
                Future.all(
                    client.get(api.port(), "127.0.0.1", "/health/ready").send(),
                    client.get(api.port(), "127.0.0.1", "/api/v1/info").send()))
        .onComplete(
            test.succeeding(
                both ->
                    test.verify(
                        () -> {
                          for (int i = 0; i < 2; i++) {
                            HttpResponse<Buffer> answer = both.resultAt(i);
                            assertThat(answer.bodyAsJsonObject().getJsonArray("degraded"))
                                .isEqualTo(new JsonArray(expected));
                          }
                          HttpResponse<Buffer> ready = both.resultAt(0);
                          assertThat(ready.bodyAsJsonObject().getString("status"))
                              .isEqualTo(expected.isEmpty() ? "ready" : "degraded");
                          test.completeNow();
                        })));
  }

  @Test
  void metricsAndHealthCoverAlertsAndSinks(Vertx vertx, VertxTestContext test) {
    SinkStats failing = new SinkStats("ops", "slack", 1, Map.of(), 3, "https://secret", null);
    CanaryStats stale = new CanaryStats(false, FleetFixtures.NOW, 1, 2, 3);
    ApiVerticle api =
        new ApiVerticle(
            new ApiSettings("127.0.0.1", 0, "0"),
            Optional.empty(),
            Optional.of(
                new FakeAlerts()
                    .stats(new AlertStats(Map.of(), 0, List.of(failing), stale))
                    .degraded(List.of("beats come faster than they can be taken", "f01000"))),
            List::of);
    WebClient client = WebClient.create(vertx);
    vertx
        .deployVerticle(api)
        .compose(id -> client.get(api.port(), "127.0.0.1", "/health/ready").send())
        .compose(
            ready -> {
              test.verify(
                  () -> {
                    assertThat(ready.bodyAsJsonObject().getJsonArray("degraded"))
                        .containsExactly("beats come faster than they can be taken", "f01000");
                    assertThat(ready.bodyAsString()).doesNotContain("secret");
                  });
              return client.get(api.port(), "127.0.0.1", "/metrics").send();
            })
        .onComplete(
            test.succeeding(
                metrics ->
                    test.verify(
                        () -> {
                          assertThat(metrics.bodyAsString())
                              .contains("fil_heartbeat_alert_waiting{sink=\"ops\"} 3.0");
                          test.completeNow();
                        })));
  }

  @Test
  void aPortInUseIsNamed(Vertx vertx, VertxTestContext test) throws Exception {
    ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    vertx
        .deployVerticle(
            new ApiVerticle(
                new ApiSettings("127.0.0.1", taken.getLocalPort(), "0.0.0"),
                Optional.empty(),
                Optional.empty(),
                List::of))
        .onComplete(
            test.failing(
                failure ->
                    test.verify(
                        () -> {
                          taken.close();
                          assertThat(failure)
                              .hasMessageContaining("127.0.0.1:" + taken.getLocalPort())
                              .hasMessageContaining("expected: a free port");
                          test.completeNow();
                        })));
  }
}
