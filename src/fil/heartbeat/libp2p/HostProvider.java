package fil.heartbeat.libp2p;

import io.vertx.core.Vertx;
import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.CompletableFuture;

/** An implementation of {@link Host}, found by {@link java.util.ServiceLoader}. */
public interface HostProvider {

  /** The name of this library's own implementation. */
  String BUILT_IN = "built-in";

  /** The name of the implementation based on jvm-libp2p, which a build may leave out. */
  String JVM_LIBP2P = "jvm-libp2p";

  /** Returns the name by which {@link #named} finds it, such as {@link #BUILT_IN}. */
  String name();

  /**
   * Returns the implementation with a name.
   *
   * @throws IllegalArgumentException that lists the available ones
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

  /** Creates a host; it does no I/O before {@link Host#listen} or {@link Host#open}. */
  Host create(Vertx vertx, Identity identity, HostConfig config);

  /** Creates a group of hosts for many identities of one process, which may share resources. */
  default HostGroup group(Vertx vertx, HostConfig config) {
    return new HostGroup(
        identity -> create(vertx, identity, config), () -> CompletableFuture.completedFuture(null));
  }
}
