package fil.heartbeat.app;

import fil.heartbeat.config.ConfigException;
import fil.heartbeat.config.LockFile;
import fil.heartbeat.config.LockFile.InUseException;
import fil.heartbeat.history.HistoryException;
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
 * What the daemon has alone while it runs: its key files, each by a lock beside it, and the folder
 * of its history. Of two processes with one key, one would be taken for the other. That a restart
 * overlaps with the end of the process before is waited for, ten seconds in all. Blocking,
 * thread-safe.
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

  /** Another ten seconds, for what begins now. */
  void begin() {
    pausesLeft.set(WAIT.dividedBy(STEP));
  }

  /** Nothing is waited for any more. */
  void stop() {
    stopping = true;
  }

  /**
   * Takes the lock of a key file, which need not be there yet; where nobody can make one, the key
   * is used without.
   *
   * @throws ConfigException when somebody else uses it
   * @throws Steps.StoppedException when it was stopped while it waited
   */
  void takeKey(Path key) {
    Path path = beside(key);
    if (path == null) {
      // Nor can the key be there or be made, which is told in its own words.
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

  /** The key is used no more. Without effect when there is no lock of it. */
  void releaseKey(Path key) {
    LockFile lock = held.remove(key);
    if (lock != null) {
      close(lock);
    }
  }

  /**
   * Opens the history of a folder.
   *
   * @throws Steps.StoppedException when it was stopped while it waited
   */
  SqliteHistory history(Path folder) {
    boolean told = false;
    while (true) {
      try {
        return SqliteHistory.open(folder, InstantSource.system());
      } catch (HistoryException e) {
        if (!(e.getCause() instanceof InUseException inUse)
            || !waits("aggregator.dataDir " + folder, inUse, told)) {
          throw e;
        }
        told = true;
      }
    }
  }

  /** Gives all keys back. */
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

  /** Whether it is worth another try, which is due now. */
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

  /** Where links to one key meet; null when there is no folder for one. */
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
