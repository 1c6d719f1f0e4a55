package fil.heartbeat.libp2p;

import io.vertx.core.Vertx;
import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.CompletableFuture;

/** An implementation of {@link Host}, found by {@link java.util.ServiceLoader}. */
public interface HostProvider {

  /** The name of the implementation that this library brings. */
  String BUILT_IN = "built-in";

  /** The name of the implementation on jvm-libp2p, which a build may lack. */
  String JVM_LIBP2P = "jvm-libp2p";

  /** The name that {@link #named} finds it by, such as {@link #BUILT_IN}. */
  String name();

  /**
   * The implementation of a name.
   *
   * @throws IllegalArgumentException that names those that are there
   */
  static HostProvider named(String name) {
    List<HostProvider> providers =
        ServiceLoader.load(HostProvider.class, HostProvider.class.getClassLoader()).stream()
            .map(ServiceLoader.Provider::get)
            .toList();
    return providers.stream()
        .filter(provider -> provider.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    name
                        + " (expected: one of "
                        + providers.stream().map(HostProvider::name).toList()
                        + ")"));
  }

  /** Makes a host; it does no I/O before {@link Host#listen} or {@link Host#open}. */
  Host create(Vertx vertx, Identity identity, HostConfig config);

  /**
   * Makes hosts for many identities of one process that may share what need not be each one's own.
   */
  default HostGroup group(Vertx vertx, HostConfig config) {
    return new HostGroup(
        identity -> create(vertx, identity, config), () -> CompletableFuture.completedFuture(null));
  }
}
