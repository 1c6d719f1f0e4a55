package fil.heartbeat.history;

import fil.heartbeat.config.LockFile;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts a copy of a history in place, such as one made by {@code backup}, while no process uses the
 * folder. The copy is checked and migrated beside the present history, which it then replaces in
 * one step; after a failure or a crash the present one is still there. Blocking.
 */
public final class HistoryRestore {
  private static final Logger log = LoggerFactory.getLogger(HistoryRestore.class);

  /** Nodes that are read to see whether they can be. */
  private static final int MAX_READ = 10_000;

  private static final String EXPECTED = " (expected: a copy made by backup)";

  /**
   * The result.
   *
   * @param file the history in place
   * @param bytes its size
   * @param aside where the history from before is now
   */
  public record Result(Path file, long bytes, Optional<Path> aside) {}

  private final Path copy;
  private final Path file;
  private final Path fresh;

  private HistoryRestore(Path copy, Path folder) {
    this.copy = copy;
    this.file = folder.resolve(HistoryFile.NAME);
    this.fresh = folder.resolve(HistoryFile.NAME + ".new");
  }

  /**
   * Restores a copy.
   *
   * @param folder {@code aggregator.dataDir}; created when absent
   * @param force whether a history in the folder is moved aside; without, it is a failure
   * @throws HistoryException that names the cause and the remedy; nothing has changed then
   */
  public static Result restore(Path copy, Path folder, boolean force, Instant now) {
    if (!Files.isRegularFile(copy)) {
      throw new HistoryException(
          copy + ": " + (Files.exists(copy) ? "no plain file" : "no such file") + EXPECTED);
    }
    try {
      return new HistoryRestore(copy, folder).restore(force, now);
    } catch (IOException | SQLException e) {
      throw new HistoryException(copy + ": cannot be restored: " + e, e);
    }
  }

  private Result restore(boolean force, Instant now) throws IOException, SQLException {
    LockFile lock = lock();
    try {
      boolean present = Files.exists(file) || Files.exists(Path.of(file + "-wal"));
      if (Files.exists(file) && Files.isSameFile(copy, file)) {
        throw new HistoryException(copy + ": is the history itself" + EXPECTED);
      }
      if (present && !force) {
        throw new HistoryException(
            file + ": exists (expected: none, or --force, which moves it aside)");
      }
      NativeLibrary.load(StoreFiles.folder(file));
      StoreFiles.remove(fresh);
      try {
        copy();
        check();
        sync(fresh, StandardOpenOption.WRITE);
        Optional<Path> aside = Optional.empty();
        if (present) {
          settle();
          aside = Optional.of(StoreFiles.asideName(file, "replaced", now));
          setAside(file, aside.get(), Files::createLink, () -> {});
        }
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        syncFolder(file);
        return new Result(file, Files.size(file), aside);
      } finally {
        StoreFiles.remove(fresh);
      }
    } finally {
      lock.close();
    }
  }

  private LockFile lock() throws IOException {
    try {
      boolean isNew = !Files.exists(StoreFiles.folder(file));
      LockFile lock = StoreFiles.lock(file);
      if (isNew) {
        StoreFiles.leaveToOwner(StoreFiles.folder(file));
        StoreFiles.leaveToOwner(StoreFiles.folder(file).resolve(StoreFiles.LOCK));
      }
      return lock;
    } catch (HistoryException e) {
      if (e.getCause() instanceof LockFile.InUseException inUse) {
        throw HistoryException.lasting(
            "aggregator.dataDir: "
                + file.getParent()
                + " is "
                + inUse.getMessage()
                + " (expected: a stopped aggregator)",
            inUse);
      }
      throw e;
    }
  }

  /** Copies the file, and the log beside it that a killed process left. */
  private void copy() throws IOException {
    LockFile lock = lockOfCopy();
    try {
      for (String suffix : List.of("", "-wal")) {
        Path from = Path.of(copy + suffix);
        Path to = Path.of(fresh + suffix);
        if (Files.exists(from)) {
          StoreFiles.makeOurs(to);
          try (OutputStream out = Files.newOutputStream(to)) {
            long ignored = Files.copy(from, out);
          }
        }
      }
    } finally {
      if (lock != null) {
        lock.close();
      }
    }
  }

  /** A history in use must not be copied file by file: what is copied would be torn. */
  private @Nullable LockFile lockOfCopy() {
    Path lock = StoreFiles.folder(copy).resolve(StoreFiles.LOCK);
    try {
      return Files.exists(lock) ? LockFile.take(lock) : null;
    } catch (LockFile.InUseException e) {
      if (e.isOurs()) {
        return null;
      }
      throw new HistoryException(copy + ": is " + e.getMessage() + EXPECTED, e);
    } catch (IOException e) {
      log.debug("no lock beside the copy", e);
      return null;
    }
  }

  private void check() throws SQLException {
    String fault;
    try (Connection connection = Database.SQLITE.connect(fresh, false)) {
      checkVersion(connection);
      fault = new PageCheck().fault(connection, PageCheck.FULL);
      if (fault == null) {
        Schema.migrate(connection);
        connection.setAutoCommit(true);
        fault = unreadable(connection);
      }
    } catch (SQLException e) {
      if (!Damage.is(e)) {
        throw e;
      }
      fault = String.valueOf(e.getMessage());
    }
    if (fault != null) {
      throw new HistoryException(copy + ": damaged: " + fault + " (expected: a sound copy)");
    }
  }

  private void checkVersion(Connection connection) throws SQLException {
    int version = Schema.pragma(connection, "user_version");
    if (Schema.pragma(connection, "application_id") != Schema.APPLICATION_ID || version < 1) {
      throw new HistoryException(copy + ": is no history of this program" + EXPECTED);
    }
    if (version > Schema.VERSION) {
      throw HistoryException.lasting(
          copy
              + ": has schema version "
              + version
              + " (expected: at most "
              + Schema.VERSION
              + "; restore it with the newer program that wrote it)",
          null);
    }
  }

  /** Reads what a start reads. */
  private static @Nullable String unreadable(Connection connection) throws SQLException {
    HistoryReader reader = new HistoryReader(connection);
    Object unusedNodes = Damage.reading(() -> reader.restored(Instant.EPOCH, MAX_READ, Set.of()));
    Object unusedAlerts = Damage.reading(reader::alertEntries);
    try (Statement statement = connection.createStatement();
        ResultSet written = statement.executeQuery("PRAGMA wal_checkpoint(TRUNCATE)")) {
      return written.next() && written.getInt("busy") == 0
          ? null
          : "its log cannot be written into it";
    }
  }

  /** Gives a file a second name; fails on a file system without hard links, such as FAT. */
  interface Links {
    void link(Path second, Path file) throws IOException;
  }

  /**
   * Gives the present history a second name, with its log, so that there is a whole one at every
   * moment. Only then is its log taken away: SQLite would take it for that of the restored file.
   * The history itself stays in its place, until the restored file replaces it.
   *
   * @param afterEach called after each step
   */
  static void setAside(Path file, Path aside, Links links, Runnable afterEach) throws IOException {
    List<Path> logs = List.of(Path.of(file + "-wal"), Path.of(file + "-shm"));
    if (Files.exists(logs.get(0))) {
      nameTwice(logs.get(0), Path.of(aside + "-wal"), links);
      afterEach.run();
    }
    if (Files.exists(file)) {
      nameTwice(file, aside, links);
    }
    syncFolder(file);
    afterEach.run();
    for (Path part : logs) {
      boolean unused = Files.deleteIfExists(part);
      afterEach.run();
    }
  }

  /** A copy where there are no links; it has the second name only once it is whole. */
  private static void nameTwice(Path from, Path second, Links links) throws IOException {
    try {
      links.link(second, from);
    } catch (UnsupportedOperationException | IOException e) {
      if (Files.exists(second)) {
        throw e;
      }
      log.debug("no hard link", e);
      Path part = Path.of(second + ".part");
      try {
        Path unusedCopy = Files.copy(from, part, StandardCopyOption.COPY_ATTRIBUTES);
        sync(part, StandardOpenOption.WRITE);
        Path unused = Files.move(part, second, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        boolean unused = Files.deleteIfExists(part);
      }
    }
  }

  /** Writes the log of a sound history into it; another keeps its log, which is set aside too. */
  private void settle() {
    if (!Files.exists(file)) {
      return;
    }
    try (Connection connection = Database.SQLITE.open(file);
        Statement statement = connection.createStatement()) {
      boolean unused = statement.execute("PRAGMA wal_checkpoint(TRUNCATE)");
    } catch (SQLException e) {
      log.debug("log of the present history not written", e);
    }
  }

  private static void sync(Path path, StandardOpenOption how) throws IOException {
    try (FileChannel channel = FileChannel.open(path, how)) {
      channel.force(true);
    }
  }

  /** So that the new name survives a crash of the machine. */
  private static void syncFolder(Path file) {
    try {
      sync(StoreFiles.folder(file), StandardOpenOption.READ);
    } catch (IOException e) {
      log.debug("folder not synced", e);
    }
  }
}
