package fil.heartbeat.history;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;

/** Opens databases. */
@FunctionalInterface
interface Database {

  /** The implementation in use. */
  Database SQLITE = file -> DriverManager.getConnection("jdbc:sqlite:" + file);

  /** A connection with default settings; creates the file if there is none. */
  Connection open(Path file) throws SQLException;

  /**
   * A connection for one thread.
   *
   * @param reader whether it must not write
   */
  default Connection connect(Path file, boolean reader) throws SQLException {
    Connection connection = open(file);
    try (Statement statement = connection.createStatement()) {
      statement.execute("PRAGMA busy_timeout = 5000");
      statement.execute("PRAGMA journal_mode = WAL");
      // A crash of the process loses nothing; one of the machine loses the last commits.
      statement.execute("PRAGMA synchronous = NORMAL");
      statement.execute("PRAGMA journal_size_limit = " + HistoryFile.WAL_BYTES);
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

  /** A read-only connection with exclusive use of the file, which needs no room on the disk. */
  default Connection alone(Path file) throws SQLException {
    Connection connection = open(file);
    try (Statement statement = connection.createStatement()) {
      statement.execute("PRAGMA busy_timeout = 5000");
      // Must precede the first read: the index of the log is then kept in memory.
      statement.execute("PRAGMA locking_mode = EXCLUSIVE");
      statement.execute("PRAGMA temp_store = MEMORY");
      statement.execute("PRAGMA query_only = 1");
      return connection;
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }
}
