package fil.heartbeat.libp2p;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Hosts of one process and one {@link HostConfig}, each with its own identity; they stay open until
 * the group is closed. For programs that run many peers. Thread-safe.
 */
public final class HostGroup {
  private final Function<Identity, Host> maker;
  private final Supplier<? extends CompletionStage<Void>> shared;
  private final List<Host> hosts = new ArrayList<>();
  private @Nullable CompletionStage<Void> closing;

  /**
   * @param maker creates a host
   * @param shared frees the shared resources after the hosts are closed
   */
  public HostGroup(
      Function<Identity, Host> maker, Supplier<? extends CompletionStage<Void>> shared) {
    this.maker = maker;
    this.shared = shared;
  }

  /**
   * Creates one more host. It signs with the identity, which takes a fraction of a millisecond: do
   * not create many on an event loop.
   *
   * @throws Libp2pException {@code CLOSED} when the group is closed
   */
  public Host host(Identity identity) {
    Host host = maker.apply(identity);
    synchronized (this) {
      if (closing == null) {
        hosts.add(host);
        return host;
      }
    }
    host.close();
    throw new Libp2pException(Libp2pException.Code.CLOSED, "the group of hosts was closed");
  }

  /** Closes all hosts. Idempotent. */
  public synchronized CompletionStage<Void> close() {
    if (closing == null) {
      CompletableFuture<?>[] ends =
          hosts.stream()
              .map(host -> host.close().toCompletableFuture())
              .toArray(CompletableFuture[]::new);
      hosts.clear();
      closing =
          CompletableFuture.allOf(ends)
              .handle((done, failure) -> failure)
              .thenCompose(failure -> shared.get());
    }
    return closing;
  }
}
