package fil.heartbeat.interop;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.libp2p.DialOptions;
import fil.heartbeat.libp2p.Host;
import fil.heartbeat.libp2p.HostConfig;
import fil.heartbeat.libp2p.HostProvider;
import fil.heartbeat.libp2p.Identity;
import fil.heartbeat.libp2p.KeyType;
import fil.heartbeat.libp2p.Multiaddr;
import fil.heartbeat.libp2p.Stream;
import fil.heartbeat.libp2p.StreamListener;
import fil.heartbeat.testing.CanIgnoreReturnValue;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * Go hosts whose goroutines open streams at once while beats flow, as those of a lotus node do:
 * go-yamux lets their SYNs pass each other, and no connection may be lost by that. The Go peer
 * counts, since it alone knows which ends were its own.
 */
@ResourceLock(Machine.PROCESSORS)
class CrowdInterop {
  private static final String HEARTBEAT = "fil/heartbeat/1.0.0";
  private static final String ECHO = "/echo/1.0.0";
  private static final int CONNECTIONS = 1_000;

  /** Of each connection: six goroutines open three each. */
  private static final int STREAMS = 18;

  private static final int DIALLERS = 8;
  private static final long PERIOD_MILLIS = 2;

  private final Vertx vertx = Vertx.vertx();
  private final List<Host> hosts = new ArrayList<>();

  private Host host() {
    Host host =
        HostProvider.named(Stack.OURS)
            .create(vertx, Identity.generate(KeyType.ED25519), HostConfig.DEFAULT);
    host.handle(
        ECHO,
        stream ->
            new Listener(stream) {
              @Override
              public void onData(ByteBuffer bytes) {
                byte[] copy = new byte[bytes.remaining()];
                bytes.get(copy);
                CompletionStage<Void> ignored = stream.write(copy);
              }
            });
    hosts.add(host);
    return host;
  }

  /** Ends its direction when the peer has ended the other. */
  private abstract static class Listener implements StreamListener {
    private final Stream stream;

    Listener(Stream stream) {
      this.stream = stream;
    }

    @Override
    public void onRemoteClose() {
      stream.closeWrite();
    }
  }

  @AfterEach
  void close() {
    hosts.forEach(host -> on(host.close()));
    Wait.on(vertx.close());
  }

  @CanIgnoreReturnValue
  private static <T> T on(CompletionStage<T> stage) {
    return Wait.on(Future.fromCompletionStage(stage));
  }

  private void assertNothingLost(JsonObject crowd) {
    assertThat(crowd.getInteger("lost")).as(crowd.encode()).isZero();
    assertThat(crowd.getInteger("connections")).isEqualTo(CONNECTIONS);
    assertThat(crowd.getInteger("streams")).isEqualTo(CONNECTIONS * STREAMS);
    assertThat(crowd.getInteger("beats")).isGreaterThanOrEqualTo(CONNECTIONS);
    for (Host host : hosts) {
      assertThat(host.stats().violations()).isEmpty();
      assertThat(host.stats().streamsRefused()).isEmpty();
    }
  }

  @Test
  void ofAThousandGoHostsThatDialUsNoneIsLost() {
    AtomicLong beats = new AtomicLong();
    Host host = host();
    host.handle(
        HEARTBEAT,
        stream ->
            new Listener(stream) {
              @Override
              public void onData(ByteBuffer bytes) {
                while (bytes.hasRemaining()) {
                  if (bytes.get() == '\n') {
                    beats.incrementAndGet();
                  }
                }
              }
            });
    Multiaddr address = on(host.listen(Multiaddr.parse("/ip4/127.0.0.1/tcp/0")));
    try (Peer go =
        Stack.GO.start(
            "crowd-dial",
            "--target",
            address.toString(),
            "--connections",
            String.valueOf(CONNECTIONS),
            "--period",
            PERIOD_MILLIS + "ms")) {
      JsonObject crowd = go.await("crowd");
      assertNothingLost(crowd);
      assertThat(beats).hasValue(crowd.getInteger("beats"));
      assertThat(host.stats().upgrades()).isEqualTo(CONNECTIONS);
    }
  }

  /** Beats until the peer ends the connection. */
  private static void beat(Stream stream) throws InterruptedException {
    byte[] beat = "{\"Head\":\"\",\"Height\":1}\n".getBytes(UTF_8);
    do {
      CompletionStage<Void> ignored = stream.write(beat);
    } while (!endsWithinPeriod(stream));
  }

  private static boolean endsWithinPeriod(Stream stream) throws InterruptedException {
    try {
      stream.closed().toCompletableFuture().get(PERIOD_MILLIS, TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      // As the peer ends it.
      return true;
    }
  }

  @Test
  void ofAThousandConnectionsThatWeDialNoneIsLost() throws Exception {
    ExecutorService diallers = Executors.newFixedThreadPool(DIALLERS);
    try (Peer go = Stack.GO.start("crowd-listen", "--connections", String.valueOf(CONNECTIONS))) {
      Multiaddr address = Multiaddr.parse(go.address());
      AtomicInteger left = new AtomicInteger(CONNECTIONS);
      List<java.util.concurrent.Future<?>> dialling = new ArrayList<>();
      for (int i = 0; i < DIALLERS; i++) {
        Host host = host();
        dialling.add(
            diallers.submit(
                () -> {
                  while (left.getAndDecrement() > 0) {
                    beat(on(host.open(address, List.of(HEARTBEAT), DialOptions.DEFAULT)));
                  }
                  return null;
                }));
      }
      for (java.util.concurrent.Future<?> each : dialling) {
        var ignored = each.get(Wait.PATIENCE.toSeconds(), TimeUnit.SECONDS);
      }
      assertNothingLost(go.await("crowd"));
    } finally {
      diallers.shutdownNow();
    }
  }
}
