package fil.heartbeat.history;

import fil.heartbeat.config.LockFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The file of a store, and its folder, which only this process may write to. */
final class HistoryFile implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(HistoryFile.class);

  static final String NAME = "history.db";

  /** The size to which the write-ahead log is truncated: enough for a burst of commits. */
  static final long WAL_BYTES = 16L * 1024 * 1024;

  /**
   * How long to wait before a check that is still running is cancelled again: a cancel has no
   * effect on one that is about to begin.
   */
  private static final long CANCEL_AGAIN_MILLIS = 20;

  private final Path file;
  private final Database database;

  /** Read lock while a connection is used; the write lock is needed to move the file aside. */
  private final ReentrantReadWriteLock use = new ReentrantReadWriteLock();

  private @Nullable LockFile lockFile;
  private final DatabaseFiles files;
  private final PageCheck checking = new PageCheck();
  private @Nullable Connection writing;
  private volatile boolean prepared;
  private volatile long generation;
  private final Subscribers begunAnew = new Subscribers();

  private HistoryFile(Path file, Database database) {
    this.file = file;
    this.database = database;
    this.files = new DatabaseFiles(file);
  }

  /**
   * Creates the folder and the file if missing, and moves aside a file that is no store. With a
   * full disk the store is not ready yet: {@link #prepare} tries again.
   *
   * @throws HistoryException when another process uses it, a newer program wrote it, or the folder
   *     is not writable
   */
  static HistoryFile open(Path folder, Instant now, Database database) {
    HistoryFile opened = new HistoryFile(folder.resolve(NAME), database);
    try {
      opened.prepare(now);
    } catch (SQLException e) {
      if (!Damage.isOfTheDisk(e)) {
        opened.close();
        throw new HistoryException(opened.file + ": " + e.getMessage(), e);
      }
      log.error("cannot use history yet, will retry file={} cause={}", opened.file, e.getMessage());
    } catch (RuntimeException e) {
      opened.close();
      throw e;
    }
    return opened;
  }

  /**
   * Registers a listener for a new file started while the store is in use: only state in memory
   * survives that.
   *
   * @return removes the listener
   */
  Runnable whenBegunAnew(Runnable listener) {
    return begunAnew.add(listener);
  }

  /**
   * Makes the store ready if it is not.
   *
   * @throws SQLException when it cannot be ready yet
   */
  void prepare(Instant now) throws SQLException {
    if (prepared) {
      return;
    }
    try {
      if (lockFile == null) {
        lockFile = StoreFiles.lock(file);
      }
      NativeLibrary.load(StoreFiles.folder(file));
      StoreFiles.makeOurs(file);
    } catch (FileSystemException e) {
      if (Damage.isNoRoom(e)) {
        throw new SQLException(Damage.NO_ROOM + e, e);
      }
      throw HistoryException.lasting(
          "aggregator.dataDir: "
              + file.getParent()
              + ": "
              + e
              + " (expected: a folder that can be written)",
          e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    String fault = null;
    try (Connection connection = connect(false)) {
      if (Schema.isOurs(connection)) {
        Schema.migrate(connection);
      } else {
        fault = "it belongs to another program";
      }
    } catch (SQLException e) {
      if (!Damage.is(e)) {
        throw e;
      }
      fault = String.valueOf(e.getMessage());
    }
    if (fault != null) {
      beginAnew(generation, fault, now);
    }
    files.opened();
    prepared = true;
  }

  /** Work with a connection. */
  @FunctionalInterface
  interface Work<T> {
    T on(Connection connection) throws SQLException;
  }

  /**
   * Reads with a new connection. If the file turns out to be damaged a new file is started, and the
   * read is repeated once.
   *
   * @throws SQLException when it cannot be read, or is not ready yet
   */
  <T> T read(Work<T> work, Instant now) throws SQLException {
    if (!prepared) {
      throw new SQLException("the history is not ready yet (expected: a disk with room)");
    }
    long seen = generation;
    try {
      return readOnce(work);
    } catch (SQLException e) {
      if (!Damage.is(e)) {
        throw e;
      }
      beginAnew(seen, String.valueOf(e.getMessage()), now);
    }
    return readOnce(work);
  }

  /**
   * Reads the state at a start. On a full disk too, without the index that SQLite otherwise needs
   * beside the file; a damaged file stays until there is room.
   *
   * @return empty when there is nothing, or it cannot be read
   */
  <T> Optional<T> readAtTheStart(Work<T> work, Instant now) throws SQLException {
    if (prepared) {
      return Optional.of(read(work, now));
    }
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try (Connection connection = database.alone(file)) {
      return Schema.isCurrent(connection) ? Optional.of(work.on(connection)) : Optional.empty();
    } catch (SQLException e) {
      log.error("cannot read history at the start file={} cause={}", file, e.getMessage());
      return Optional.empty();
    }
  }

  private <T> T readOnce(Work<T> work) throws SQLException {
    use.readLock().lock();
    try (Connection connection = connect(true)) {
      return work.on(connection);
    } finally {
      use.readLock().unlock();
    }
  }

  /** The writer's own connection; closed by {@link #stopWriting} or when the file is moved. */
  Connection startWriting() throws SQLException {
    use.readLock().lock();
    try {
      Connection connection = connect(false);
      writing = connection;
      files.beforeLog();
      return connection;
    } finally {
      use.readLock().unlock();
    }
  }

  void stopWriting() {
    use.readLock().lock();
    try {
      closeWriting();
    } finally {
      use.readLock().unlock();
    }
  }

  private void closeWriting() {
    Connection connection = writing;
    writing = null;
    if (connection != null) {
      try {
        connection.close();
      } catch (SQLException e) {
        log.debug("connection not closed", e);
      }
    }
  }

  /**
   * Works with the writer's connection.
   *
   * @param seen the generation that it was opened for
   * @throws Damage.Moved when a new file was started meanwhile: a new connection is needed
   * @throws SQLException when it fails, also because the file or its log was deleted, replaced or
   *     truncated
   */
  <T> T write(long seen, Connection connection, Work<T> work) throws SQLException {
    use.readLock().lock();
    try {
      if (generation != seen) {
        throw new Damage.Moved();
      }
      files.check(connection);
      T result = work.on(connection);
      files.written();
      return result;
    } finally {
      use.readLock().unlock();
    }
  }

  long generation() {
    return generation;
  }

  /** Reads every page to find damage that no query has met yet. */
  void check(Instant now) {
    if (!prepared) {
      return;
    }
    long seen = generation;
    String fault = null;
    use.readLock().lock();
    try (Connection connection = connect(true)) {
      fault = checking.fault(connection, PageCheck.QUICK);
    } catch (SQLException e) {
      fault = Damage.is(e) ? String.valueOf(e.getMessage()) : null;
    } finally {
      use.readLock().unlock();
    }
    if (fault != null) {
      try {
        beginAnew(seen, fault, now);
      } catch (SQLException e) {
        log.error(
            "history file is damaged and cannot be moved aside file={} cause={}",
            file,
            e.getMessage());
      }
    }
  }

  /**
   * The result of the full check, which takes longer than {@link #check}; null without a fault.
   *
   * @throws SQLException when the file cannot be read, or was replaced meanwhile
   */
  @Nullable String fullFault() throws SQLException {
    return readOnce(connection -> Optional.ofNullable(checking.fault(connection, PageCheck.FULL)))
        .orElse(null);
  }

  /** Ends a running check and prevents further ones. */
  void stopChecking() {
    checking.stop();
  }

  /**
   * Moves the file aside and starts a new one, with the readable rows of nodes' last known states
   * and of alerts.
   *
   * @param seen the generation in which the fault was met; if there is a later one, nothing is to
   *     be done
   */
  void beginAnew(long seen, String cause, Instant now) throws SQLException {
    useAlone();
    try {
      if (generation != seen) {
        return;
      }
      // Pages that cannot be read are what follows when the log was truncated, not the cause.
      String found = files.lost().orElse(cause);
      Path fresh = file.resolveSibling(NAME + ".new");
      StoreFiles.remove(fresh);
      StoreFiles.makeOurs(fresh);
      String salvaged;
      try (Connection to = database.connect(fresh, false)) {
        Schema.migrate(to);
        Connection open = writing;
        salvaged = open == null ? salvage(to) : Salvage.copy(open, to);
      }
      closeWriting();
      Path aside = StoreFiles.moveAside(file, now);
      Files.move(fresh, file);
      files.opened();
      generation = seen + 1;
      log.error(
          "history file cannot be used; starting a new one file={} moved-to={} cause={} salvaged={}",
          file,
          aside,
          found,
          salvaged);
    } catch (IOException e) {
      throw new SQLException((Damage.isNoRoom(e) ? Damage.NO_ROOM : "") + e, e);
    } finally {
      use.writeLock().unlock();
    }
    if (prepared) {
      begunAnew.publish();
    }
  }

  /** Waits for readers, but not for a check, which could only find what is known by now. */
  private void useAlone() throws SQLException {
    try {
      while (!use.writeLock().tryLock(CANCEL_AGAIN_MILLIS, TimeUnit.MILLISECONDS)) {
        checking.cancel();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SQLException("interrupted before a new history file was started", e);
    }
  }

  private String salvage(Connection to) throws SQLException {
    try (Connection from = database.connect(file, true)) {
      return Salvage.copy(from, to);
    } catch (SQLException e) {
      if (Damage.isOfTheDisk(e)) {
        throw e;
      }
      return Salvage.NOTHING;
    }
  }

  Path path() {
    return file;
  }

  /** A connection for one thread. */
  Connection connect(boolean reader) throws SQLException {
    // SQLite would take the log for that of a replaced file, and copy it into that.
    files.check();
    return database.connect(file, reader);
  }

  /** Size of all files of the store. */
  long bytes() {
    return StoreFiles.bytes(file);
  }

  @Override
  public void close() {
    LockFile lock = lockFile;
    try {
      if (lock != null) {
        lock.close();
      }
    } catch (IOException e) {
      log.debug("lock not closed", e);
    }
  }
}
