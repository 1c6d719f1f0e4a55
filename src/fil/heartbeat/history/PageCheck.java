package fil.heartbeat.history;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks SQLite whether a file fits together, which takes seconds for each GiB and can be ended. */
final class PageCheck {
  private static final Logger log = LoggerFactory.getLogger(PageCheck.class);

  /** Each page by itself. */
  static final String QUICK = "PRAGMA quick_check(1)";

  /** Pages, and whether each index has what its table has. */
  static final String FULL = "PRAGMA integrity_check(1)";

  private volatile boolean stopped;
  private volatile @Nullable Statement running;

  /**
   * The first fault found, on one line; null when there is none, or it was stopped.
   *
   * @throws SQLException when it cannot be read, or the check was cancelled
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

  /** Ends the one that is under way. */
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

  /** Ends the one that is under way; none begins any more. */
  void stop() {
    stopped = true;
    cancel();
  }
}
