package fil.heartbeat.history;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Checks whether the files of a store are still those that its writer opened. SQLite continues to
 * write to a deleted file, and beyond the end of a truncated log. The files are never opened here:
 * closing a file releases the locks that SQLite holds on it.
 */
final class DatabaseFiles {
  private final Path file;
  private final Path log;
  private volatile @Nullable Object identity;
  private @Nullable Object logIdentity;
  private long logBytes;

  DatabaseFiles(Path file) {
    this.file = file;
    this.log = Path.of(file + "-wal");
  }

  /** Records that the current file is the one in use. */
  void opened() {
    identity = StoreFiles.identity(file);
  }

  /** Records that a writer begins, whose first write creates the log. */
  void beforeLog() {
    logIdentity = null;
    logBytes = 0;
  }

  /** Called after each write. */
  void written() {
    // A log that shrank meanwhile is checked before the next write.
    logBytes = Math.max(logBytes, log.toFile().length());
    if (logIdentity == null) {
      logIdentity = StoreFiles.identity(log);
    }
  }

  /**
   * Called before each new connection.
   *
   * @throws SQLException which is damage, when the file is not the one in use
   */
  void check() throws SQLException {
    Object known = identity;
    if (known != null && !known.equals(StoreFiles.identity(file))) {
      throw new Damage.Replaced(file);
    }
  }

  /** What of the files was deleted, replaced or truncated while in use, as far as it shows. */
  Optional<String> lost() {
    if (identity != null && !identity.equals(StoreFiles.identity(file))) {
      return Optional.of(Damage.Replaced.text(file));
    }
    Object known = logIdentity;
    if (known != null
        && (!known.equals(StoreFiles.identity(log)) || log.toFile().length() < logBytes)) {
      return Optional.of(Damage.Replaced.text(log));
    }
    return Optional.empty();
  }

  /**
   * Called before each write.
   *
   * @throws SQLException which is damage, when written data is gone
   */
  void check(Connection connection) throws SQLException {
    if (!Objects.equals(identity, StoreFiles.identity(file))) {
      throw new Damage.Replaced(file);
    }
    if (logIdentity == null) {
      return;
    }
    if (!logIdentity.equals(StoreFiles.identity(log))) {
      throw new Damage.Replaced(log);
    }
    long length = log.toFile().length();
    if (length < logBytes && isCopied(connection)) {
      logBytes = length;
    }
  }

  /**
   * Whether the file has the whole content of a log that is shorter now: another program may
   * truncate it then. False while this is unknown, since another connection is copying it.
   *
   * @throws SQLException which is damage, when the file lacks some of it
   */
  private boolean isCopied(Connection connection) throws SQLException {
    connection.setAutoCommit(true);
    try (Statement statement = connection.createStatement();
        ResultSet copied = statement.executeQuery("PRAGMA wal_checkpoint(PASSIVE)")) {
      boolean busy = !copied.next() || copied.getInt("busy") != 0;
      // A reader may keep frames from being copied, possibly those that are gone.
      if (!busy && copied.getInt("log") != copied.getInt("checkpointed")) {
        throw new Damage.Replaced(log);
      }
      return !busy;
    } catch (SQLException e) {
      throw Damage.is(e) ? new Damage.Replaced(log) : e;
    } finally {
      connection.setAutoCommit(false);
    }
  }
}
