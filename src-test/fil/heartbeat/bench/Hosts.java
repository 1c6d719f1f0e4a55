package fil.heartbeat.bench;

import fil.heartbeat.libp2p.Host;
import fil.heartbeat.libp2p.HostConfig;
import fil.heartbeat.libp2p.HostProvider;
import fil.heartbeat.libp2p.Identity;
import fil.heartbeat.libp2p.KeyType;
import fil.heartbeat.libp2p.curve.Curves;
import fil.heartbeat.libp2p.curve.NativeCurves;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.concurrent.CompletionStage;

/** Hosts for measured runs. */
final class Hosts {
  /** {@code -Dbench.libp2p=jvm-libp2p} measures the other one. */
  static final String IMPLEMENTATION = System.getProperty("bench.libp2p", "built-in");

  /** {@code -Dbench.curves=off} leaves the curves in Java. */
  static final String CURVES = System.getProperty("bench.curves", "auto");

  private Hosts() {}

  /** As an aggregator does at its start; says what it uses. */
  static String loadCurves() {
    Optional<String> why = Optional.of("off");
    if (!CURVES.equals("off")) {
      try {
        why = NativeCurves.use(Files.createTempDirectory("bench"));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return Curves.active().library() + why.map(reason -> " (" + reason + ")").orElse("");
  }

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
