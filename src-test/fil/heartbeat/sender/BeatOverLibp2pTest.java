package fil.heartbeat.sender;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.libp2p.Host;
import fil.heartbeat.libp2p.HostProvider;
import fil.heartbeat.libp2p.Identity;
import fil.heartbeat.libp2p.KeyType;
import fil.heartbeat.libp2p.Multiaddr;
import fil.heartbeat.testing.Await;
import fil.heartbeat.testing.Configs;
import fil.heartbeat.testing.HeldPort;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The verticle as deployed in production, over sockets: with its own host and Vert.x timers. */
@ExtendWith(VertxExtension.class)
class BeatOverLibp2pTest {
  @TempDir Path folder;

  private final Identity listener = Identity.generate(KeyType.ED25519);
  private final BlockingQueue<String> received = new LinkedBlockingQueue<>();
  private final BlockingQueue<String> senders = new LinkedBlockingQueue<>();

  private Host listen(Vertx vertx) {
    Host host =
        HostProvider.named(HeartbeatVerticle.BUILT_IN).create(vertx, listener, Configs.patient());
    host.handle(
        "fil/heartbeat/1.0.0",
        stream -> {
          senders.add(stream.remotePeer().toString());
          return bytes -> received.add(UTF_8.decode(bytes).toString());
        });
    return host;
  }

  private static Multiaddr bind(Host host, HeldPort port) throws Exception {
    return Await.done(Future.fromCompletionStage(host.listen(port.address())));
  }

  private static void close(Host host) throws Exception {
    Void unused = Await.done(Future.fromCompletionStage(host.close()));
  }

  @Test
  void beatsArriveAndResumeAfterTheListenerRestarted(Vertx vertx) throws Exception {
    try (HeldPort port = new HeldPort()) {
      SenderFixture bench = new SenderFixture(vertx);
      bench.answerHead(bench.head().putNull("asOf"));
      Host first = listen(vertx);
      Multiaddr address = bind(first, port);
      String id =
          bench.deploy(
              new HeartbeatVerticle(),
              new JsonObject()
                  .put("beatTarget", address.toString())
                  .put("beatPeriod", "20ms")
                  .put("reconnectPeriod", "50ms")
                  .put("nickname", "alice")
                  .put("keyFile", folder.resolve("heartbeat.key").toString()));
      for (int i = 0; i < 3; i++) {
        assertThat(Await.take(received))
            .startsWith("{\"Head\":\"{ " + SenderFixture.BLOCK + " }\"");
      }
      assertThat(senders).containsExactly(bench.status().localPeerId().orElseThrow());
      close(first);
      Await.until(vertx, () -> !bench.status().connected());
      received.clear();
      Host second = listen(vertx);
      assertThat(bind(second, port)).isEqualTo(address);
      assertThat(Await.take(received)).contains("\"Nickname\":\"alice\"");
      assertThat(bench.status().connects()).isGreaterThanOrEqualTo(2);
      bench.undeploy(id);
      close(second);
      assertThat(SharedHosts.of(vertx).size()).isZero();
    }
  }
}
