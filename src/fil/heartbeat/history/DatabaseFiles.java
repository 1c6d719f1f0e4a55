package fil.heartbeat.history;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Tells whether the files of a store are still those that its writer opened. SQLite goes on writing
 * to a file that is gone, and behind the end of a log that was cut. They are never opened here: to
 * close a file takes the locks that SQLite holds on it.
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

  /** The file that is there now is the one in use. */
  void opened() {
    identity = StoreFiles.identity(file);
  }

  /** A writer begins, and with its first work its log. */
  void beforeLog() {
    logIdentity = null;
    logBytes = 0;
  }

  /** To be called after each work of the writer. */
  void written() {
    // One that became shorter meanwhile is looked at before the next work.
    logBytes = Math.max(logBytes, log.toFile().length());
    if (logIdentity == null) {
      logIdentity = StoreFiles.identity(log);
    }
  }

  /**
   * To be called before each connection.
   *
   * @throws SQLException which is damage, when another file is there than the one in use
   */
  void check() throws SQLException {
    Object known = identity;
    if (known != null && !known.equals(StoreFiles.identity(file))) {
      throw new Damage.Replaced(file);
    }
  }

  /**
   * To be called before each work of the writer.
   *
   * @throws SQLException which is damage, when what was written is not there any more
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
   * Whether the file has all that a log had which is shorter now: another program may cut it then.
   * False while that cannot be told, since somebody else copies it.
   *
   * @throws SQLException which is damage, when the file has not
   */
  private boolean isCopied(Connection connection) throws SQLException {
    connection.setAutoCommit(true);
    try (Statement statement = connection.createStatement();
        ResultSet copied = statement.executeQuery("PRAGMA wal_checkpoint(PASSIVE)")) {
      boolean busy = !copied.next() || copied.getInt("busy") != 0;
      // A reader keeps frames from being copied, and they may be those that are gone.
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
