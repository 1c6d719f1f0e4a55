package fil.heartbeat.app;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.config.Config;
import fil.heartbeat.sender.SenderStatus;
import fil.heartbeat.sender.Senders;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.ext.web.client.WebClient;
import io.vertx.junit5.VertxExtension;
import io.vertx.junit5.VertxTestContext;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The whole daemon in this JVM, over real libp2p on loopback. */
@ExtendWith(VertxExtension.class)
class AppTest {
  private static final String OTHER =
      "/ip4/127.0.0.1/tcp/1/p2p/12D3KooWBtg3aaRMjxwedh83aGiUkwSxDwUZkzuJcfaqUmo7R3pq";

  @TempDir Path folder;
  private final List<String> ready = Collections.synchronizedList(new ArrayList<>());
  private @Nullable App made;
  private @Nullable WebClient client;

  @BeforeEach
  void aClient(Vertx vertx) {
    client = WebClient.create(vertx);
  }

  /** A daemon writes into the folder until it is stopped. */
  @AfterEach
  void end(VertxTestContext test) {
    Objects.requireNonNull(client).close();
    Objects.requireNonNull(made).stop().onComplete(test.succeedingThenComplete());
  }

  private Config config(String nickname, String targets, int httpPort) {
    return Config.parse(
        new JsonObject(
            """
            {"heartbeat":{"nickname":"%s","targets":[%s]},"chain":{"source":"simulated"},
             "aggregator":{"listen":"/ip4/0.0.0.0/tcp/0","network":"simulated"},"http":{"port":%d}}
            """
                .formatted(nickname, targets, httpPort)),
        folder,
        Map.of());
  }

  private static String target(String address) {
    return "{\"beatTarget\":\""
        + address
        + "\",\"beatPeriod\":\"50ms\",\"reconnectPeriod\":\"100ms\"}";
  }

  private App app(Vertx vertx, Config config) {
    App app = new App(vertx, config, "test", ready::add, new Steps(step -> {}), new ProcessLocks());
    made = app;
    return app;
  }

  private Future<JsonObject> nodes() {
    int port = Integer.parseInt(ready.get(1).substring(ready.get(1).lastIndexOf(':') + 1));
    return Objects.requireNonNull(client)
        .get(port, "127.0.0.1", "/api/v1/nodes")
        .send()
        .map(response -> response.bodyAsJsonObject());
  }

  /** Repeats the request until the answer is as wanted; the test's own timeout ends a vain wait. */
  private Future<JsonObject> until(Vertx vertx, Predicate<JsonObject> wanted) {
    return nodes()
        .compose(
            answer ->
                wanted.test(answer)
                    ? Future.succeededFuture(answer)
                    : vertx
                        .timer(20, java.util.concurrent.TimeUnit.MILLISECONDS)
                        .compose(tick -> until(vertx, wanted)));
  }

  private static Predicate<JsonObject> nickname(String nickname) {
    return answer ->
        answer.getJsonArray("nodes").stream()
            .anyMatch(node -> nickname.equals(((JsonObject) node).getString("nickname")));
  }

  @Test
  void theRolesStartInOrderAndBeatsArrive(Vertx vertx, VertxTestContext test) {
    App app = app(vertx, config("alice", target("local"), 0));
    app.start()
        .compose(up -> until(vertx, nickname("alice")))
        .onComplete(
            test.succeeding(
                answer ->
                    test.verify(
                        () -> {
                          assertThat(ready).hasSize(3);
                          assertThat(ready.get(0))
                              .matches(
                                  "ready: aggregator /ip4/0\\.0\\.0\\.0/tcp/\\d+/p2p/12D3KooW\\w+");
                          assertThat(ready.get(1))
                              .matches("ready: http http://127\\.0\\.0\\.1:\\d+");
                          assertThat(ready.get(2)).matches("ready: sender 12D3KooW\\w+ alice");
                          JsonObject node = answer.getJsonArray("nodes").getJsonObject(0);
                          assertThat(node.getString("network")).isEqualTo("simulated");
                          assertThat(ready.get(2)).contains(node.getString("peerId"));
                          test.completeNow();
                        })));
  }

  @Test
  void aStoppedSenderSaysSo(Vertx vertx, VertxTestContext test) {
    Vertx elsewhere = Vertx.vertx();
    app(vertx, config("alice", target("local"), 0))
        .start()
        .compose(
            up -> {
              String aggregator = ready.get(0).replace("ready: aggregator ", "");
              JsonObject json =
                  new JsonObject(
                      """
                      {"heartbeat":{"nickname":"bob","targets":[%s]},
                       "identity":{"keyFile":"bob.key"},"chain":{"source":"simulated"}}
                      """
                          .formatted(target(aggregator.replace("0.0.0.0", "127.0.0.1"))));
              Config config = Config.parse(json, folder, Map.of());
              App sender =
                  new App(
                      elsewhere,
                      config,
                      "test",
                      line -> {},
                      new Steps(step -> {}),
                      new ProcessLocks());
              return sender
                  .start()
                  .compose(sends -> until(vertx, nickname("bob")))
                  .compose(seen -> sender.stop());
            })
        .compose(
            down ->
                until(
                    vertx,
                    answer ->
                        answer.getJsonArray("nodes").stream()
                            .map(JsonObject.class::cast)
                            .filter(node -> "bob".equals(node.getString("nickname")))
                            .allMatch(node -> "stopped".equals(node.getString("state")))))
        .onComplete(
            test.succeeding(
                answer ->
                    test.verify(
                        () -> {
                          assertThat(answer.getJsonArray("nodes")).hasSize(2);
                          test.completeNow();
                        })));
  }

  @Test
  void aFailedStartNamesThePortAndIsRolledBack(Vertx vertx, VertxTestContext test)
      throws Exception {
    ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
    App app = app(vertx, config("alice", target("local"), taken.getLocalPort()));
    app.start()
        .onComplete(
            test.failing(
                failure ->
                    test.verify(
                        () -> {
                          taken.close();
                          assertThat(failure)
                              .hasMessageContaining("127.0.0.1:" + taken.getLocalPort());
                          // A ready line would mean that all is well.
                          assertThat(ready).isEmpty();
                          test.completeNow();
                        })));
  }

  @Test
  void aNewNicknameIsSentWithoutARestart(Vertx vertx, VertxTestContext test) {
    App app = app(vertx, config("alice", target("local"), 0));
    app.start()
        .compose(up -> until(vertx, nickname("alice")))
        .compose(before -> app.reload(config("carol", target("local"), 0)))
        .compose(applied -> until(vertx, nickname("carol")))
        .onComplete(test.succeedingThenComplete());
  }

  private Config alerting(String alerts) {
    return Config.parse(
        new JsonObject(
            "{\"aggregator\":{\"listen\":\"/ip4/127.0.0.1/tcp/0\"},\"http\":{\"port\":0}"
                + alerts
                + "}"),
        folder,
        Map.of());
  }

  private Future<HttpResponse<Buffer>> get(String path) {
    int port = Integer.parseInt(ready.get(1).substring(ready.get(1).lastIndexOf(':') + 1));
    return Objects.requireNonNull(client).get(port, "127.0.0.1", path).send();
  }

  /** Whether alerts are on, according to each source. */
  private Future<Void> areOn(boolean on, VertxTestContext test) {
    return Future.all(
            get("/api/v1/alerts"), get("/api/v1/silences"), get("/api/v1/info"), get("/metrics"))
        .map(
            all -> {
              test.verify(
                  () -> {
                    for (int i = 0; i < 2; i++) {
                      HttpResponse<Buffer> listed = all.resultAt(i);
                      assertThat(listed.statusCode()).isEqualTo(on ? 200 : 404);
                      if (!on) {
                        assertThat(listed.bodyAsJsonObject().getString("title"))
                            .isEqualTo("Alerts are off");
                      }
                    }
                    HttpResponse<Buffer> info = all.resultAt(2);
                    assertThat(info.bodyAsJsonObject().getBoolean("alerts")).isEqualTo(on);
                    HttpResponse<Buffer> metrics = all.resultAt(3);
                    assertThat(metrics.bodyAsString().contains("fil_heartbeat_alert_"))
                        .isEqualTo(on);
                  });
              return null;
            });
  }

  @Test
  void alertsComeAndGoWithTheirRoutes(Vertx vertx, VertxTestContext test) {
    App app = app(vertx, alerting(""));
    app.start()
        .compose(up -> areOn(false, test))
        .compose(off -> app.reload(alerting(",\"alerts\":{}")))
        .compose(applied -> areOn(true, test))
        .compose(on -> app.reload(alerting("")))
        .compose(applied -> areOn(false, test))
        .onComplete(test.succeedingThenComplete());
  }

  @Test
  void theInfoShowsTheSettingsThatNodesAreJudgedBy(Vertx vertx, VertxTestContext test) {
    Config config =
        Config.parse(
            new JsonObject(
                "{\"aggregator\":{\"listen\":\"/ip4/127.0.0.1/tcp/0\",\"forkAfter\":7},\"http\":{\"port\":0}}"),
            folder,
            Map.of());
    app(vertx, config)
        .start()
        .compose(up -> get("/api/v1/info"))
        .onComplete(
            test.succeeding(
                info ->
                    test.verify(
                        () -> {
                          assertThat(info.bodyAsJsonObject().getJsonObject("thresholds"))
                              .isEqualTo(
                                  new JsonObject()
                                      .put("forkAfter", 7)
                                      .put("fleetForkedAfter", 3)
                                      .put("slowLag", 2)
                                      .put("behindLag", 5)
                                      .put("lagHoldSeconds", 15)
                                      .put("disconnectedAfterSeconds", 30)
                                      .put("warmingSeconds", 30));
                          test.completeNow();
                        })));
  }

  private Config members(String members) {
    return Config.parse(
        new JsonObject(
            """
            {"heartbeat":{"nickname":"alice","targets":[%s]},"chain":{"source":"simulated"},
             "aggregator":{"listen":"/ip4/0.0.0.0/tcp/0","network":"simulated"%s},"http":{"port":0}}
            """
                .formatted(target("local"), members)),
        folder,
        Map.of());
  }

  private static Predicate<JsonObject> hasNode(String member, Object value) {
    return answer ->
        answer.getJsonArray("nodes").stream()
            .anyMatch(node -> value.equals(((JsonObject) node).getValue(member)));
  }

  @Test
  void membersChangeWithoutARestart(Vertx vertx, VertxTestContext test) {
    App app = app(vertx, members(""));
    String other = OTHER.substring(OTHER.lastIndexOf('/') + 1);
    app.start()
        .compose(up -> until(vertx, hasNode("connected", true)))
        .compose(
            before ->
                app.reload(
                    members(
                        ",\"expected\":{\""
                            + other
                            + "\":\"lotus-01\"},\"allow\":[\""
                            + other
                            + "\"]")))
        .compose(applied -> until(vertx, hasNode("expectedName", "lotus-01")))
        .compose(named -> until(vertx, hasNode("connected", true).negate()))
        .compose(shut -> app.reload(members("")))
        .compose(applied -> until(vertx, hasNode("expectedName", "lotus-01").negate()))
        .compose(open -> until(vertx, hasNode("connected", true)))
        .compose(
            open -> app.reload(members(",\"deny\":[\"" + ready.get(2).split(" ", -1)[2] + "\"]")))
        .compose(applied -> until(vertx, hasNode("connected", true).negate()))
        .onComplete(test.succeedingThenComplete());
  }

  @Test
  void aTargetIsAddedAndRemovedWhileTheOthersContinue(Vertx vertx, VertxTestContext test) {
    App app = app(vertx, config("alice", target("local"), 0));
    app.start()
        .compose(up -> until(vertx, nickname("alice")))
        .compose(up -> app.reload(config("alice", target("local") + "," + target(OTHER), 0)))
        .compose(
            up -> {
              test.verify(
                  () -> {
                    assertThat(Senders.of(vertx).snapshot()).hasSize(2);
                    assertThat(Senders.of(vertx).snapshot().get(0).connects()).isEqualTo(1);
                  });
              return app.reload(config("alice", target("local"), 0));
            })
        .onComplete(
            test.succeeding(
                done ->
                    test.verify(
                        () -> {
                          assertThat(Senders.of(vertx).snapshot())
                              .extracting(SenderStatus::connects)
                              .containsExactly(1L);
                          test.completeNow();
                        })));
  }
}
