package fil.heartbeat.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fil.heartbeat.config.Config;
import fil.heartbeat.config.ConfigException;
import fil.heartbeat.config.HostProviders;
import fil.heartbeat.config.LockFile;
import fil.heartbeat.libp2p.KeyFile;
import fil.heartbeat.libp2p.KeyType;
import fil.heartbeat.sender.SenderStatus;
import fil.heartbeat.sender.Senders;
import fil.heartbeat.testing.LogLines;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import io.vertx.junit5.VertxTestContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Failures while a config is applied to a running daemon. */
@ExtendWith(VertxExtension.class)
class AppReloadTest {
  private static final String AGGREGATOR = ",\"aggregator\":{\"listen\":\"/ip4/127.0.0.1/tcp/0\"}";
  private static final String FAR =
      "/ip4/127.0.0.1/tcp/1/p2p/12D3KooWBtg3aaRMjxwedh83aGiUkwSxDwUZkzuJcfaqUmo7R3pq";

  @TempDir Path folder;
  private final List<App> made = new ArrayList<>();

  private Config config(String nodes, String roles) {
    return Config.parse(
        new JsonObject("{\"nodes\":[" + nodes + "]" + roles + "}"), folder, Map.of());
  }

  private static String node(String nickname, String... targets) {
    return "{\"nickname\":\"%s\",\"chain\":{\"source\":\"simulated\"},\"targets\":[{\"beatTarget\":\"%s\"}]}"
        .formatted(nickname, String.join("\"},{\"beatTarget\":\"", targets));
  }

  private App app(Vertx vertx, Config config) {
    App app = new App(vertx, config, "test", line -> {}, new Steps(step -> {}), new ProcessLocks());
    made.add(app);
    return app;
  }

  /** A daemon writes into the folder until it is stopped. */
  @AfterEach
  void end(VertxTestContext test) {
    Future.all(made.stream().map(App::stop).toList()).onComplete(test.succeedingThenComplete());
  }

  private static List<String> nicknames(Vertx vertx) {
    return Senders.of(vertx).snapshot().stream().map(SenderStatus::nickname).toList();
  }

  @Test
  void aNodeThatCannotStartStopsNoOtherAndIsRetried(Vertx vertx, VertxTestContext test)
      throws Exception {
    Path key = folder.resolve("keys").resolve("b.key");
    Files.createDirectories(folder.resolve("keys"));
    Files.writeString(key, "garbage");
    Config three = config(node("a", FAR) + "," + node("b", FAR) + "," + node("c", FAR), "");
    App app = app(vertx, config(node("a", FAR), ""));
    app.start()
        .compose(up -> app.reload(three))
        .compose(
            applied -> {
              test.verify(
                  () -> {
                    assertThat(nicknames(vertx)).containsExactly("a", "c");
                    Files.delete(key);
                  });
              return app.reload(three);
            })
        .onComplete(
            test.succeeding(
                applied ->
                    test.verify(
                        () -> {
                          assertThat(nicknames(vertx)).containsExactly("a", "c", "b");
                          test.completeNow();
                        })));
  }

  @Test
  void aNodeWhoseKeyIsInUseIsNotStartedAndTheOthersContinue(Vertx vertx, VertxTestContext test)
      throws Exception {
    Path keys = Files.createDirectories(folder.resolve("keys"));
    LockFile elsewhere = LockFile.take(keys.resolve("b.key.lock"));
    LogLines lines = new LogLines(SenderRole.class);
    Config three = config(node("a", FAR) + "," + node("b", FAR) + "," + node("c", FAR), "");
    App app = app(vertx, config(node("a", FAR), ""));
    app.start()
        .compose(up -> app.reload(three))
        .compose(
            applied -> {
              test.verify(
                  () -> {
                    assertThat(nicknames(vertx)).containsExactly("a", "c");
                    assertThat(lines.lines())
                        .filteredOn(line -> line.startsWith("ERROR"))
                        .singleElement()
                        .asString()
                        .contains(
                            "node=b cause=key file " + keys.resolve("b.key") + ": in use by ");
                    // Reading commands do not create it, nor does a process that may not use it.
                    assertThat(keys.resolve("b.key")).doesNotExist();
                    elsewhere.close();
                  });
              return app.reload(three);
            })
        .compose(
            applied -> {
              test.verify(() -> assertThat(nicknames(vertx)).containsExactly("a", "c", "b"));
              return app.reload(config(node("a", FAR), ""));
            })
        .onComplete(applied -> lines.close())
        .onComplete(
            test.succeeding(
                applied ->
                    test.verify(
                        () -> {
                          // The lock of a stopped node is free.
                          LockFile.take(keys.resolve("b.key.lock")).close();
                          test.completeNow();
                        })));
  }

  @Test
  void aTargetThatNeedsARestartStopsNoOther(Vertx vertx, VertxTestContext test) {
    App app = app(vertx, config(node("a", FAR), ""));
    app.start()
        .compose(
            up ->
                app.reload(
                    config(node("a", "local", FAR) + "," + node("b", FAR, "local"), AGGREGATOR)))
        .compose(
            applied -> {
              test.verify(() -> assertThat(nicknames(vertx)).containsExactly("a"));
              return app.reload(config(node("a", FAR) + "," + node("b", FAR), ""));
            })
        .onComplete(
            test.succeeding(
                applied ->
                    test.verify(
                        () -> {
                          assertThat(nicknames(vertx)).containsExactly("a", "b");
                          test.completeNow();
                        })));
  }

  @Test
  void aNodeWithoutTargetsIsStopped(Vertx vertx, VertxTestContext test) {
    App app = app(vertx, config(node("a", FAR), ""));
    app.start()
        .compose(up -> app.reload(config(node("a", "local"), AGGREGATOR)))
        .compose(
            applied -> {
              test.verify(() -> assertThat(nicknames(vertx)).isEmpty());
              return vertx.eventBus().request("filecoin.miner.address.a", null);
            })
        .transform(
            answer -> {
              test.verify(() -> assertThat(answer.cause()).hasMessageContaining("No handlers"));
              return app.reload(config(node("a", FAR), ""));
            })
        .onComplete(
            test.succeeding(
                applied ->
                    test.verify(
                        () -> {
                          assertThat(nicknames(vertx)).containsExactly("a");
                          test.completeNow();
                        })));
  }

  @Test
  void anImplementationThatTheBuildLacksIsBadConfig() {
    assertThatThrownBy(() -> HostProviders.named("absent"))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "libp2p.implementation: absent (expected: built-in; jvm-libp2p needs a jar built with"
                + " mvn -Pjvm-libp2p package)");
  }

  @Test
  void nodesAddedLaterHaveHeadsOfTheirOwn(Vertx vertx, VertxTestContext test) {
    App app =
        app(
            vertx,
            Config.parse(new JsonObject("{" + AGGREGATOR.substring(1) + "}"), folder, Map.of()));
    app.start()
        .compose(
            up -> app.reload(config(node("a", "local") + "," + node("b", "local"), AGGREGATOR)))
        .compose(applied -> vertx.eventBus().request("filecoin.miner.address.a", null))
        .compose(answer -> vertx.eventBus().request("filecoin.miner.address.b", null))
        .onComplete(test.succeedingThenComplete());
  }

  @Test
  void aSenderWithACopyOfTheAggregatorsKeyIsBadConfig(Vertx vertx, VertxTestContext test)
      throws Exception {
    Path key = folder.resolve("aggregator.key");
    KeyFile.Loaded made = KeyFile.loadOrCreate(key, KeyType.ED25519);
    Files.createDirectories(folder.resolve("keys"));
    Files.copy(key, folder.resolve("keys").resolve("a.key"));
    app(vertx, config(node("a", "local"), AGGREGATOR))
        .start()
        .onComplete(
            test.failing(
                failure ->
                    test.verify(
                        () -> {
                          assertThat(failure)
                              .isInstanceOf(ConfigException.class)
                              .hasMessageContaining("a.key")
                              .hasMessageContaining(made.identity().peerId().toString());
                          test.completeNow();
                        })));
  }

  @Test
  void theNeedOfARestartIsLoggedOnce(Vertx vertx, VertxTestContext test) {
    LogLines lines = new LogLines(App.class);
    String other = ",\"http\":{\"port\":1}";
    App app = app(vertx, config(node("a", FAR), ""));
    app.start()
        .compose(up -> app.reload(config(node("a", FAR), other)))
        .compose(up -> app.reload(config(node("a", FAR) + "," + node("b", FAR), other)))
        .compose(up -> app.reload(config(node("a", FAR), other + ",\"log\":{\"level\":\"debug\"}")))
        .onComplete(applied -> lines.close())
        .onComplete(
            test.succeeding(
                applied ->
                    test.verify(
                        () -> {
                          assertThat(lines.lines())
                              .filteredOn(line -> line.contains("needs a restart"))
                              .containsExactly(
                                  "WARN needs a restart: http", "WARN needs a restart: log");
                          test.completeNow();
                        })));
  }

  private Config aggregator(String more) {
    return Config.parse(
        new JsonObject("{" + AGGREGATOR.substring(1) + ",\"http\":{\"port\":0}" + more + "}"),
        folder,
        Map.of());
  }

  private static List<String> verticles(Vertx vertx) {
    return ((VertxInternal) vertx)
        .deploymentManager().deployments().stream()
            .map(each -> each.deployment().identifier().replaceFirst("^java:", ""))
            .map(name -> name.substring(name.lastIndexOf('.') + 1))
            .toList();
  }

  @Test
  void alertsAreAddedChangedAndRemovedWithoutARestart(Vertx vertx, VertxTestContext test) {
    App app = app(vertx, aggregator(""));
    app.start()
        .compose(
            up -> {
              test.verify(() -> assertThat(verticles(vertx)).doesNotContain("AlertVerticle"));
              return app.reload(aggregator(",\"alerts\":{}"));
            })
        .compose(
            on -> {
              test.verify(
                  () ->
                      assertThat(verticles(vertx))
                          .contains("AlertVerticle", "CanaryVerticle", "PeerWatchVerticle"));
              return app.reload(aggregator(""));
            })
        .onComplete(
            test.succeeding(
                off ->
                    test.verify(
                        () -> {
                          assertThat(verticles(vertx))
                              .doesNotContain(
                                  "AlertVerticle", "CanaryVerticle", "PeerWatchVerticle");
                          test.completeNow();
                        })));
  }
}
