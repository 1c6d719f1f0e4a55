package fil.heartbeat.app;

import fil.heartbeat.config.ConfigException;
import fil.heartbeat.config.LockFile;
import fil.heartbeat.config.LockFile.InUseException;
import fil.heartbeat.history.HistoryException;
import fil.heartbeat.history.QueueBounds;
import fil.heartbeat.history.SqliteHistory;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The exclusive locks of a running daemon: its key files, each by a lock beside it, and the folder
 * of its history. Two processes with one key could not be distinguished. When a restart overlaps
 * with the end of the previous process, this waits, ten seconds in all. Blocking, thread-safe.
 */
public final class ProcessLocks {
  private static final Logger log = LoggerFactory.getLogger(ProcessLocks.class);
  private static final Duration WAIT = Duration.ofSeconds(10);
  private static final Duration STEP = Duration.ofMillis(100);

  /** See {@link LockFile#take}. */
  interface Locker {
    LockFile take(Path path) throws IOException, InUseException;
  }

  private final Locker locker;
  private final Runnable pause;
  private final Map<Path, LockFile> held = new ConcurrentHashMap<>();
  private final AtomicLong pausesLeft = new AtomicLong(WAIT.dividedBy(STEP));
  private volatile boolean stopping;

  public ProcessLocks() {
    this(() -> LockSupport.parkNanos(STEP.toNanos()));
  }

  /**
   * @param pause waits for a tenth of a second
   */
  public ProcessLocks(Runnable pause) {
    this(LockFile::take, pause);
  }

  ProcessLocks(Locker locker, Runnable pause) {
    this.locker = locker;
    this.pause = pause;
  }

  /** Starts another ten seconds, for a change that begins now. */
  void begin() {
    pausesLeft.set(WAIT.dividedBy(STEP));
  }

  /** Ends all waiting. */
  void stop() {
    stopping = true;
  }

  /**
   * Locks a key file, which need not exist yet; where the lock cannot be created, the key is used
   * without.
   *
   * @throws ConfigException when another process uses it
   * @throws Steps.StoppedException when it was stopped while it waited
   */
  void takeKey(Path key) {
    Path path = beside(key);
    if (path == null) {
      // The key cannot exist or be created there either, which is reported on its own.
      return;
    }
    boolean told = false;
    while (true) {
      try {
        held.put(key, locker.take(path));
        return;
      } catch (InUseException e) {
        if (!waits("key file " + key, e, told)) {
          throw fault(
              key,
              String.valueOf(e.getMessage()),
              "a key of its own, as two processes with one key are taken for one node");
        }
        told = true;
      } catch (IOException e) {
        if (e instanceof AccessDeniedException && Files.exists(path)) {
          throw fault(key, "its lock cannot be opened: " + e, "a lock of this user");
        }
        log.info("key is used without a lock file={} cause={}", key, e.toString());
        return;
      }
    }
  }

  /** Unlocks a key. No effect without a lock. */
  void releaseKey(Path key) {
    LockFile lock = held.remove(key);
    if (lock != null) {
      close(lock);
    }
  }

  /**
   * Opens the history of a folder.
   *
   * @param bounds of what waits to be written
   * @throws Steps.StoppedException when it was stopped while it waited
   */
  SqliteHistory history(Path folder, QueueBounds bounds) {
    boolean told = false;
    while (true) {
      try {
        return SqliteHistory.open(folder, InstantSource.system(), bounds);
      } catch (HistoryException e) {
        if (!(e.getCause() instanceof InUseException inUse)
            || !waits("aggregator.dataDir " + folder, inUse, told)) {
          throw e;
        }
        told = true;
      }
    }
  }

  /** Unlocks all keys. */
  void close() {
    held.keySet().forEach(this::releaseKey);
  }

  private static void close(LockFile lock) {
    try {
      lock.close();
    } catch (IOException e) {
      log.debug("lock not closed", e);
    }
  }

  /** Whether to try again, after a pause that ends now. */
  private boolean waits(String what, InUseException inUse, boolean told) {
    if (stopping) {
      throw new Steps.StoppedException();
    }
    if (inUse.isOurs() || pausesLeft.getAndDecrement() <= 0) {
      return false;
    }
    if (!told) {
      log.info("waits for {}, {}", what, inUse.getMessage());
    }
    pause.run();
    return true;
  }

  /**
   * The lock's path with links resolved, the same for all links to one key; null when there is no
   * folder for it.
   */
  private static @Nullable Path beside(Path key) {
    try {
      Path real = key.toAbsolutePath();
      if (Files.exists(key)) {
        real = key.toRealPath();
      } else {
        Path unused = Files.createDirectories(Objects.requireNonNull(real.getParent()));
      }
      return LockFile.beside(real);
    } catch (IOException e) {
      return null;
    }
  }

  private static ConfigException fault(Path key, String found, String expected) {
    return ConfigException.of("key file " + key, found, expected);
  }
}
