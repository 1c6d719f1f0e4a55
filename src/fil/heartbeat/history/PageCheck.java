package fil.heartbeat.history;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs SQLite's integrity checks, which take seconds for each GiB and can be cancelled. */
final class PageCheck {
  private static final Logger log = LoggerFactory.getLogger(PageCheck.class);

  /** Checks each page by itself. */
  static final String QUICK = "PRAGMA quick_check(1)";

  /** Also checks whether each index matches its table. */
  static final String FULL = "PRAGMA integrity_check(1)";

  private volatile boolean stopped;
  private volatile @Nullable Statement running;

  /**
   * The first fault, on one line; null without one, or when stopped.
   *
   * @throws SQLException when the file cannot be read, or the check was cancelled
   */
  @Nullable String fault(Connection connection, String pragma) throws SQLException {
    if (stopped) {
      return null;
    }
    try (Statement statement = connection.createStatement()) {
      running = statement;
      try (ResultSet row = statement.executeQuery(pragma)) {
        String first = row.next() ? row.getString(1) : "ok";
        return first.equals("ok") ? null : first.replace('\n', ' ');
      }
    } finally {
      running = null;
    }
  }

  /** Ends the running check. */
  void cancel() {
    Statement statement = running;
    if (statement != null) {
      try {
        statement.cancel();
      } catch (SQLException e) {
        log.debug("check not ended", e);
      }
    }
  }

  /** Ends the running check and prevents further ones. */
  void stop() {
    stopped = true;
    cancel();
  }
}
