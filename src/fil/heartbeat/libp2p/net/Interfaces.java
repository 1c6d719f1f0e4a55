package fil.heartbeat.libp2p.net;

import fil.heartbeat.libp2p.CanIgnoreReturnValue;
import fil.heartbeat.libp2p.Multiaddr;
import fil.heartbeat.libp2p.host.OwnAddresses;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The addresses of this machine, for a host that listens on all of them. They come and go, so they
 * are read again while they are in use; never on a loop. Thread-safe.
 */
final class Interfaces {
  private static final long FRESH_NANOS = Duration.ofMinutes(1).toNanos();

  private final Vertx vertx;
  private final AtomicLong readNanos = new AtomicLong(System.nanoTime());
  private volatile List<InetAddress> known = List.of();

  Interfaces(Vertx vertx) {
    this.vertx = vertx;
  }

  /** Reads them if the address means all of them; never fails. */
  Future<Void> readFor(Multiaddr bound) {
    return OwnAddresses.isAny(bound) ? read() : Future.succeededFuture();
  }

  /** Returns the addresses as last read; empty when no bound address means all of them. */
  List<InetAddress> of(List<Multiaddr> bound) {
    if (bound.stream().noneMatch(OwnAddresses::isAny)) {
      return List.of();
    }
    long before = readNanos.get();
    long now = System.nanoTime();
    if (now - before > FRESH_NANOS && readNanos.compareAndSet(before, now)) {
      read();
    }
    return known;
  }

  @CanIgnoreReturnValue
  private Future<Void> read() {
    return vertx
        .executeBlocking(OwnAddresses::interfaces, false)
        .onSuccess(
            found -> {
              known = found;
              readNanos.set(System.nanoTime());
            })
        .transform(read -> Future.succeededFuture());
  }
}
