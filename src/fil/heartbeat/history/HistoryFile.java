package fil.heartbeat.history;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The file of a store and the folder that it alone may write to. */
final class HistoryFile implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(HistoryFile.class);

  static final String NAME = "history.db";
  private static final List<String> SUFFIXES = List.of("", "-wal", "-shm");
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("uuuuMMdd-HHmmss").withZone(ZoneOffset.UTC);

  /** Where the write-ahead log is cut to: what a burst of commits takes. */
  static final long WAL_BYTES = 16L * 1024 * 1024;

  private final Path file;
  private final FileChannel lockFile;

  private HistoryFile(Path file, FileChannel lockFile) {
    this.file = file;
    this.lockFile = lockFile;
  }

  /**
   * Makes the folder and the file when they are not there, and moves aside what is no store.
   *
   * @throws HistoryException when another process has it, or a newer program wrote it
   */
  static HistoryFile open(Path folder, Instant now) {
    try {
      Files.createDirectories(folder);
      FileChannel lock =
          FileChannel.open(
              folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (!locked(lock)) {
        lock.close();
        throw new HistoryException(
            "aggregator.dataDir: "
                + folder
                + " is in use by another process (expected: a folder of its own)");
      }
      HistoryFile opened = new HistoryFile(folder.resolve(NAME), lock);
      try {
        opened.prepare(now);
      } catch (RuntimeException e) {
        opened.close();
        throw e;
      }
      return opened;
    } catch (FileSystemException e) {
      throw new HistoryException(
          "aggregator.dataDir: " + folder + ": " + e + " (expected: a folder that can be written)",
          e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean locked(FileChannel channel) throws IOException {
    try {
      FileLock lock = channel.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  private void prepare(Instant now) throws IOException {
    String fault;
    try (Connection connection = connect(false)) {
      if (Schema.isOurs(connection)) {
        Schema.migrate(connection);
        return;
      }
      fault = "it belongs to another program";
    } catch (SQLException e) {
      if (!isDamage(e)) {
        throw new HistoryException(file + ": " + e.getMessage(), e);
      }
      fault = e.getMessage();
    }
    Path aside = file.resolveSibling(NAME + ".damaged-" + STAMP.format(now));
    for (String suffix : SUFFIXES) {
      Path part = Path.of(file + suffix);
      if (Files.exists(part)) {
        Files.move(part, Path.of(aside + suffix));
      }
    }
    log.error(
        "history cannot be used, it begins anew file={} moved-to={} cause={}", file, aside, fault);
    try (Connection connection = connect(false)) {
      Schema.migrate(connection);
    } catch (SQLException e) {
      throw new HistoryException(file + ": " + e.getMessage(), e);
    }
  }

  private static boolean isDamage(SQLException e) {
    String message = String.valueOf(e.getMessage());
    return message.contains("SQLITE_NOTADB") || message.contains("SQLITE_CORRUPT");
  }

  Path path() {
    return file;
  }

  /** A connection for one thread. */
  Connection connect(boolean reader) throws SQLException {
    Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
    try (Statement statement = connection.createStatement()) {
      statement.execute("PRAGMA busy_timeout = 5000");
      statement.execute("PRAGMA journal_mode = WAL");
      // A crash of the process loses nothing; one of the machine the last commits.
      statement.execute("PRAGMA synchronous = NORMAL");
      statement.execute("PRAGMA journal_size_limit = " + WAL_BYTES);
      statement.execute("PRAGMA temp_store = MEMORY");
      if (reader) {
        statement.execute("PRAGMA query_only = 1");
      }
      return connection;
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  /** Size of all that belongs to the store. */
  long bytes() {
    long sum = 0;
    for (String suffix : SUFFIXES) {
      sum += Path.of(file + suffix).toFile().length();
    }
    return sum;
  }

  /** Copies the store, which this or another process may be writing to, into a new file. */
  void backup(Path target) {
    backup(file, target);
  }

  static void backup(Path file, Path target) {
    if (!Files.exists(file)) {
      throw new HistoryException(file + ": no such file (expected: the history of an aggregator)");
    }
    if (Files.exists(target)) {
      throw new HistoryException(target + ": exists (expected: a file that is not there yet)");
    }
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        PreparedStatement copy = connection.prepareStatement("VACUUM INTO ?")) {
      copy.setString(1, target.toString());
      boolean unused = copy.execute();
    } catch (SQLException e) {
      throw new HistoryException(file + ": " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    try {
      lockFile.close();
    } catch (IOException e) {
      log.debug("lock not closed", e);
    }
  }
}
