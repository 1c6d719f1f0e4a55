package fil.heartbeat.sender;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.config.SenderConfig;
import fil.heartbeat.testing.Await;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** One Vert.x, a fake transport and hand-driven time for senders under test. */
final class SenderFixture {
  static final long BEAT = 3_000;
  static final String BLOCK = "QmQwnJwu3UXNEKyPwZQEEuLAPz6i3tRiYvUCJzYnVZjcwB";
  static final String GENESIS = "bafy2bzacecnamqgqmifpluoeldx7zzglxcljo6oja4vrmtj7432rphldpdmm2";

  final Vertx vertx;
  final FakeTransport transport = new FakeTransport();
  final ManualTimers timers = new ManualTimers();
  final BlockingQueue<JsonObject> events = new LinkedBlockingQueue<>();

  SenderFixture(Vertx vertx) {
    this.vertx = vertx;
    vertx.eventBus().<JsonObject>localConsumer("fil.heartbeat.sender", m -> events.add(m.body()));
  }

  static SenderConfig config() {
    return Configs.config(Duration.ofMillis(BEAT), Duration.ofSeconds(10));
  }

  JsonObject head() {
    return new JsonObject()
        .put("cids", new JsonArray().add(BLOCK))
        .put("height", 444)
        .put("genesis", GENESIS)
        .put("syncing", false)
        .put("asOf", timers.now().toString());
  }

  void answerHead(Object body) {
    vertx.eventBus().localConsumer("filecoin.chain.head", request -> request.reply(body));
  }

  void answerMiner(Object body) {
    vertx.eventBus().localConsumer("filecoin.miner.address", request -> request.reply(body));
  }

  String deploy() throws Exception {
    return deploy(config());
  }

  String deploy(SenderConfig config) throws Exception {
    return deploy(new HeartbeatVerticle(transport, timers::clock), config.toJson());
  }

  String deploy(HeartbeatVerticle verticle, JsonObject config) throws Exception {
    return Await.done(vertx.deployVerticle(verticle, new DeploymentOptions().setConfig(config)));
  }

  /** Deploys until the Vert.x is closed. */
  void start() throws Exception {
    start(new HeartbeatVerticle(transport, timers::clock), config());
  }

  void start(HeartbeatVerticle verticle, SenderConfig config) throws Exception {
    assertThat(deploy(verticle, config.toJson())).isNotEmpty();
  }

  void undeploy(String deploymentId) throws Exception {
    Void unused = Await.done(vertx.undeploy(deploymentId));
  }

  /** Returns the next opened stream, once the sender knows of it. */
  FakeTransport.FakeStream stream() throws InterruptedException {
    FakeTransport.FakeStream stream = Await.take(transport.streams);
    Await.until(vertx, () -> status().connected());
    return stream;
  }

  /** Makes a beat due, one period after the previous one. */
  void beat() throws InterruptedException {
    timers.advance(Duration.ofMillis(BEAT));
    timers.fire(period -> period == BEAT);
  }

  /** Fires the reconnect timer. */
  void reconnect() throws InterruptedException {
    timers.fire(period -> period != BEAT);
  }

  SenderStatus status() {
    return snapshot().get(0);
  }

  List<SenderStatus> snapshot() {
    return Senders.of(vertx).snapshot();
  }
}
