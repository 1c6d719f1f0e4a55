package fil.heartbeat.bench;

import fil.heartbeat.libp2p.Host;
import fil.heartbeat.libp2p.HostConfig;
import fil.heartbeat.libp2p.HostProvider;
import fil.heartbeat.libp2p.Identity;
import fil.heartbeat.libp2p.KeyType;
import io.vertx.core.Vertx;
import java.util.ServiceLoader;
import java.util.concurrent.CompletionStage;

/** Hosts for measured runs. */
final class Hosts {
  /** {@code -Dbench.libp2p=jvm-libp2p} measures the other one. */
  static final String IMPLEMENTATION = System.getProperty("bench.libp2p", "built-in");

  private Hosts() {}

  static Host create(Vertx vertx) {
    return create(vertx, HostConfig.DEFAULT);
  }

  static Host create(Vertx vertx, HostConfig config) {
    return create(vertx, Identity.generate(KeyType.ED25519), config);
  }

  static Host create(Vertx vertx, Identity identity, HostConfig config) {
    HostProvider provider =
        ServiceLoader.load(HostProvider.class).stream()
            .map(ServiceLoader.Provider::get)
            .filter(each -> each.name().equals(IMPLEMENTATION))
            .findFirst()
            .orElseThrow();
    return provider.create(vertx, identity, config);
  }

  static <T> T await(CompletionStage<T> stage) {
    return stage.toCompletableFuture().join();
  }
}
