package fil.heartbeat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.app.App;
import fil.heartbeat.app.ConfigFile;
import fil.heartbeat.app.ProcessLocks;
import fil.heartbeat.app.Steps;
import fil.heartbeat.config.Config;
import fil.heartbeat.libp2p.KeyFile;
import fil.heartbeat.libp2p.KeyType;
import fil.heartbeat.sender.SenderStatus;
import fil.heartbeat.sender.Senders;
import fil.heartbeat.testing.Await;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.WebClient;
import io.vertx.junit5.VertxExtension;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A doctor with the key of a sender that beats to a real aggregator at the same time. */
@ExtendWith(VertxExtension.class)
@Timeout(120)
class DoctorBesideDaemonTest {
  @TempDir Path folder;
  private final List<String> ready = Collections.synchronizedList(new ArrayList<>());
  private final List<App> apps = new ArrayList<>();
  private Vertx vertx;
  private Vertx elsewhere;
  private WebClient client;
  private Path config;
  private String peer;

  @BeforeEach
  void start(Vertx vertx) throws Exception {
    this.vertx = vertx;
    elsewhere = Vertx.vertx();
    client = WebClient.create(vertx);
    KeyFile.Loaded key = KeyFile.loadOrCreate(folder.resolve("bob.key"), KeyType.ED25519);
    peer = key.identity().peerId().toString();
    String aggregator =
        """
        {"aggregator":{"listen":"/ip4/127.0.0.1/tcp/0","network":"simulated","expected":{"%s":"bob"}},
         "http":{"port":0},"alerts":{}}
        """
            .formatted(peer);
    start(vertx, Config.parse(new JsonObject(aggregator), folder, Map.of()));
    String sender =
        """
        {"heartbeat":{"nickname":"bob","targets":[
           {"beatTarget":"%s","beatPeriod":"50ms","reconnectPeriod":"100ms"}]},
         "identity":{"keyFile":"bob.key"},"chain":{"source":"simulated"}}
        """
            .formatted(ready.get(0).replace("ready: aggregator ", ""));
    config = Files.writeString(folder.resolve("config.json"), sender);
    start(elsewhere, file().load());
  }

  private void start(Vertx where, Config config) throws Exception {
    App app = new App(where, config, "test", ready::add, new Steps(step -> {}), new ProcessLocks());
    apps.add(app);
    Await.done(app.start());
  }

  private ConfigFile file() {
    return new ConfigFile(Optional.of(config.toString()), Map.of(), new Properties());
  }

  @AfterEach
  void stop() throws Exception {
    for (App app : apps) {
      Await.done(app.stop());
    }
    client.close();
    Await.done(elsewhere.close());
  }

  private Future<JsonObject> get(String path) {
    int port = Integer.parseInt(ready.get(1).substring(ready.get(1).lastIndexOf(':') + 1));
    return client.get(port, "127.0.0.1", path).send().map(response -> response.bodyAsJsonObject());
  }

  private Future<JsonObject> until(Predicate<JsonObject> wanted) {
    return get("/api/v1/nodes/" + peer)
        .compose(
            answer ->
                wanted.test(answer)
                    ? Future.succeededFuture(answer)
                    : vertx.timer(20, TimeUnit.MILLISECONDS).compose(tick -> until(wanted)));
  }

  private static Predicate<JsonObject> beats(long least) {
    return node -> node.getLong("beats", 0L) >= least;
  }

  @Test
  void theNodeStaysAsItIs() throws Exception {
    JsonObject before = Await.done(until(beats(20)));
    String changes = Await.done(get("/api/v1/nodes/" + peer + "/changes")).encode();
    for (boolean beats : new boolean[] {false, true, false}) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      int code =
          new Doctor(
                  file(),
                  new Doctor.Options(Optional.empty(), Optional.empty(), beats),
                  new PrintStream(out, true, StandardCharsets.UTF_8),
                  InstantSource.system(),
                  Map.of())
              .run();
      assertThat(out.toString(StandardCharsets.UTF_8))
          .endsWith("1 node, 1 target: 2 ok, 0 failed\n")
          .matches(text -> text.contains("test beat") == beats);
      assertThat(code).isZero();
    }
    // Some 40 beat periods later.
    JsonObject after = Await.done(until(beats(before.getLong("beats") + 60)));
    assertThat(after.getString("state")).isEqualTo(before.getString("state"));
    assertThat(after.getString("stateSince")).isEqualTo(before.getString("stateSince"));
    assertThat(after.getBoolean("connected")).isTrue();
    assertThat(Await.done(get("/api/v1/nodes/" + peer + "/changes")).encode()).isEqualTo(changes);
    assertThat(Await.done(get("/api/v1/alerts")).encode()).doesNotContain("IdentityConflict");
    List<SenderStatus> senders = Senders.of(elsewhere).snapshot();
    assertThat(senders).extracting(SenderStatus::connects).containsExactly(1L);
    assertThat(senders).allMatch(SenderStatus::connected);
  }
}
