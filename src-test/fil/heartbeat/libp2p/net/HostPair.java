package fil.heartbeat.libp2p.net;

import fil.heartbeat.libp2p.HostConfig;
import fil.heartbeat.libp2p.Identity;
import fil.heartbeat.libp2p.KeyType;
import fil.heartbeat.libp2p.Multiaddr;
import fil.heartbeat.libp2p.Stream;
import fil.heartbeat.testing.Configs;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/** A listening host and one that dials it, on the event loops of one Vertx. */
final class HostPair implements AutoCloseable {
  static final String PROTOCOL = "fil/heartbeat/1.0.0";

  final TcpHost listener;
  final TcpHost dialer;
  final Multiaddr address;

  HostPair(Vertx vertx, HostConfig listenerConfig, HostConfig dialerConfig) {
    listener = host(vertx, Identity.generate(KeyType.ED25519), listenerConfig);
    dialer = host(vertx, Identity.generate(KeyType.ED25519), dialerConfig);
    address = get(listener.listen(Multiaddr.parse("/ip4/127.0.0.1/tcp/0")));
  }

  static HostPair usual(Vertx vertx) {
    return new HostPair(vertx, Configs.patient(), Configs.patient());
  }

  static TcpHost host(Vertx vertx, Identity identity, HostConfig config) {
    return new TcpHost(vertx, identity, config, VertxLoop.all(vertx), new SystemNames());
  }

  CompletionStage<Stream> open() {
    return dialer.open(address, List.of(PROTOCOL), Configs.PATIENT_DIAL);
  }

  /** Waits on the test's thread, which is not an event loop. */
  @CanIgnoreReturnValue
  static <T> T get(CompletionStage<T> stage) {
    try {
      return stage.toCompletableFuture().get(20, TimeUnit.SECONDS);
    } catch (java.util.concurrent.ExecutionException failure) {
      if (failure.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new AssertionError(failure.getCause());
    } catch (InterruptedException | java.util.concurrent.TimeoutException failure) {
      throw new AssertionError("not done within 20 s", failure);
    }
  }

  @Override
  public void close() {
    get(dialer.close());
    get(listener.close());
  }
}
