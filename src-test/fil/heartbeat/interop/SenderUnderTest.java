package fil.heartbeat.interop;

import fil.heartbeat.libp2p.HostConfig;
import fil.heartbeat.libp2p.KeyFile;
import fil.heartbeat.libp2p.KeyType;
import fil.heartbeat.sender.HeartbeatVerticle;
import fil.heartbeat.sender.SenderStatus;
import fil.heartbeat.sender.Senders;
import fil.heartbeat.testing.CanIgnoreReturnValue;
import fil.heartbeat.text.GoDuration;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A deployed sender whose head rises by one with each beat, so that a reader can check the order.
 */
final class SenderUnderTest {
  private static final String CID =
      "bafy2bzacecnamqgqmifpluoeldx7zzglxcljo6oja4vrmtj7432rphldpdmm2";

  private final Vertx vertx;
  private final BlockingQueue<JsonObject> changes = new LinkedBlockingQueue<>();

  @CanIgnoreReturnValue
  SenderUnderTest(Vertx vertx, Path folder, KeyType type, String target, Duration period) {
    this.vertx = vertx;
    Path key = folder.resolve("sender-" + type + ".key");
    if (KeyFile.loadOrCreate(key, type).identity().publicKey().type() != type) {
      throw new IllegalStateException("another key type in " + key);
    }
    AtomicLong height = new AtomicLong();
    vertx
        .eventBus()
        .localConsumer(
            "filecoin.chain.head",
            request ->
                request.reply(
                    new JsonObject()
                        .put("cids", new JsonArray().add(CID))
                        .put("height", height.incrementAndGet())
                        .put("genesis", CID)));
    vertx
        .eventBus()
        .<JsonObject>localConsumer("fil.heartbeat.sender", change -> changes.add(change.body()));
    JsonObject config =
        new JsonObject()
            .put("beatTarget", target)
            .put("beatPeriod", GoDuration.format(period))
            .put("reconnectPeriod", "200ms")
            .put("nickname", "ours")
            .put("keyFile", key.toString());
    Wait.on(
        vertx.deployVerticle(
            new HeartbeatVerticle(Stack.OURS, HostConfig.DEFAULT),
            new DeploymentOptions().setConfig(config)));
  }

  SenderStatus status() {
    return Senders.of(vertx).snapshot().get(0);
  }

  /** Waits until an attempt to connect has failed. */
  void awaitFailedConnect() {
    Wait.until(
        vertx,
        "a failed connect",
        () -> Optional.of(status()).filter(status -> status.failedConnects() > 0),
        this::status);
  }

  /** Waits for the next change of the connection to the given side. */
  void awaitConnected(boolean connected) {
    try {
      JsonObject change;
      do {
        change = changes.poll(Wait.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        if (change == null) {
          throw new AssertionError("no change to connected=" + connected + "; " + status());
        }
      } while (change.getBoolean("connected") != connected);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
