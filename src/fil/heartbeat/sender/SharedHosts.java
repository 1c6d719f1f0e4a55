package fil.heartbeat.sender;

import fil.heartbeat.config.HostProviders;
import fil.heartbeat.libp2p.Host;
import fil.heartbeat.libp2p.HostConfig;
import fil.heartbeat.libp2p.HostProvider;
import fil.heartbeat.libp2p.KeyFile;
import fil.heartbeat.libp2p.KeyFileException;
import fil.heartbeat.libp2p.KeyType;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.shareddata.Shareable;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The libp2p hosts of one Vert.x instance, one for each key file, shared by all senders with that
 * key and closed when the last of them leaves. Thread-safe.
 */
final class SharedHosts implements Shareable {

  /** A share of a host. */
  final class Lease {
    private final Path key;
    private final Entry entry;
    private final AtomicBoolean held = new AtomicBoolean(true);

    private Lease(Path key, Entry entry) {
      this.key = key;
      this.entry = entry;
    }

    Host host() {
      return entry.host;
    }

    /**
     * Returns how long to wait for the next beat of this identity: at one time equal for all
     * leases, and random for each host.
     *
     * @param periodMillis 1 or more
     * @return less than the period, 0 or more
     */
    long untilBeat(long periodMillis, long nowNanos) {
      long period = TimeUnit.MILLISECONDS.toNanos(periodMillis);
      return TimeUnit.NANOSECONDS.toMillis(Math.floorMod(entry.beatNanos - nowNanos, period));
    }

    /**
     * Releases the share; the last one closes the host. Idempotent.
     *
     * @return completes when the host is closed, if this was the last share
     */
    Future<Void> release() {
      return held.compareAndSet(true, false) ? drop(key) : Future.succeededFuture();
    }
  }

  private static final class Entry {
    final Host host;

    /** A moment at which this identity beats, whatever the period. */
    final long beatNanos =
        System.nanoTime() + ThreadLocalRandom.current().nextLong(TimeUnit.DAYS.toNanos(1));

    int leases = 1;

    Entry(Host host) {
      this.host = host;
    }
  }

  private static final Logger log = LoggerFactory.getLogger(SharedHosts.class);

  /**
   * Lock held while a key file is read, so that no event loop waits for that; acquired before the
   * lock of this object.
   */
  private final Object loading = new Object();

  private final Map<Path, Entry> entries = new HashMap<>();

  private SharedHosts() {}

  static SharedHosts of(Vertx vertx) {
    return vertx
        .sharedData()
        .<String, SharedHosts>getLocalMap(SharedHosts.class.getName())
        .computeIfAbsent("", key -> new SharedHosts());
  }

  /**
   * Returns the host of a key file; the first call creates it, and the file when absent. Reads the
   * file: call it on a worker thread.
   *
   * @param implementation the name of a {@link HostProvider}
   * @throws KeyFileException when the file cannot be used
   * @throws ConfigException when there is no such implementation
   */
  Lease acquire(Vertx vertx, Path keyFile, String implementation, HostConfig limits) {
    Path key = keyFile.toAbsolutePath().normalize();
    synchronized (loading) {
      Entry open = share(key);
      return new Lease(
          key, open != null ? open : add(key, load(vertx, key, implementation, limits)));
    }
  }

  /** Returns the number of open hosts. */
  synchronized int size() {
    return entries.size();
  }

  private synchronized Future<Void> drop(Path key) {
    Entry entry = entries.get(key);
    if (entry == null || --entry.leases > 0) {
      return Future.succeededFuture();
    }
    entries.remove(key);
    return Future.fromCompletionStage(entry.host.close());
  }

  private synchronized @Nullable Entry share(Path key) {
    Entry entry = entries.get(key);
    if (entry != null) {
      entry.leases++;
    }
    return entry;
  }

  private synchronized Entry add(Path key, Host host) {
    Entry entry = new Entry(host);
    entries.put(key, entry);
    return entry;
  }

  private static Host load(Vertx vertx, Path key, String implementation, HostConfig limits) {
    HostProvider provider = HostProviders.named(implementation);
    KeyFile.Loaded loaded = KeyFile.loadOrCreate(key, KeyType.ED25519);
    loaded.report(log);
    return provider.create(vertx, loaded.identity(), limits);
  }
}
