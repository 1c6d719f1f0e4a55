package fil.heartbeat.history;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** The tables, and the migration of older files to this version. */
final class Schema {

  /** The application id that identifies files of this program: "FHB1". */
  static final int APPLICATION_ID = 0x46484231;

  /**
   * One list of statements for each version; the first turns an empty file into version 1. Day
   * tables are created when their day begins: {@link DayTables}.
   */
  private static final List<List<String>> MIGRATIONS =
      List.of(
          List.of(
              "CREATE TABLE peer (id INTEGER PRIMARY KEY, peer_id TEXT NOT NULL UNIQUE)",
              """
              CREATE TABLE known (
                peer INTEGER PRIMARY KEY, nickname TEXT, miner TEXT, genesis TEXT, head TEXT NOT NULL,
                height INTEGER, syncing INTEGER, address TEXT, first_seen INTEGER NOT NULL,
                last_beat INTEGER NOT NULL, head_since INTEGER NOT NULL, beats INTEGER NOT NULL,
                state INTEGER NOT NULL)""",
              """
              CREATE TABLE change (
                id INTEGER PRIMARY KEY, peer INTEGER NOT NULL, at INTEGER NOT NULL,
                from_state INTEGER NOT NULL, to_state INTEGER NOT NULL, reason TEXT)""",
              "CREATE INDEX change_of_peer ON change (peer, at)",
              "CREATE INDEX change_at ON change (at)",
              """
              CREATE TABLE connection (
                peer INTEGER NOT NULL, n INTEGER NOT NULL, at INTEGER NOT NULL,
                opened INTEGER NOT NULL, address TEXT, reason TEXT, PRIMARY KEY (peer, n))
              WITHOUT ROWID""",
              "CREATE TABLE packed (hour INTEGER PRIMARY KEY)"),
          List.of(
              "ALTER TABLE known ADD COLUMN state_since INTEGER",
              "UPDATE known SET state_since = last_beat",
              """
              CREATE TABLE counted (
                peer INTEGER PRIMARY KEY, last_beat INTEGER NOT NULL, head_since INTEGER NOT NULL,
                beats INTEGER NOT NULL)"""),
          List.of(
              """
              CREATE TABLE alert_piece (
                kind TEXT NOT NULL, id TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (kind, id))
              WITHOUT ROWID""",
              """
              CREATE TABLE alert_ended (
                n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, rule TEXT NOT NULL,
                severity TEXT NOT NULL, peer_id TEXT, starts INTEGER NOT NULL,
                ends INTEGER NOT NULL, summary TEXT NOT NULL, body TEXT NOT NULL)""",
              "CREATE INDEX alert_ended_at ON alert_ended (ends)",
              "CREATE INDEX alert_ended_of_peer ON alert_ended (peer_id, ends)"),
          List.of("ALTER TABLE known ADD COLUMN parted_at INTEGER"),
          // The columns of Reported in day tables, which are found by their names.
          List.of());

  /** The version in which day tables got what nodes report beside their heads. */
  private static final int WITH_REPORTED = 5;

  /** The version that this program writes. */
  static final int VERSION = MIGRATIONS.size();

  /** No program has written a higher one. */
  private static final int LAST_POSSIBLE = 10_000;

  private Schema() {}

  /** Whether the file belongs to this program or is empty. */
  static boolean isOurs(Connection connection) throws SQLException {
    int id = pragma(connection, "application_id");
    return id == APPLICATION_ID || (id == 0 && isEmpty(connection));
  }

  /** Whether the file belongs to this program and has the tables of this version. */
  static boolean isCurrent(Connection connection) throws SQLException {
    return pragma(connection, "application_id") == APPLICATION_ID
        && pragma(connection, "user_version") == VERSION;
  }

  /**
   * Migrates the file to this version.
   *
   * @throws HistoryException when a newer program wrote it
   */
  static void migrate(Connection connection) throws SQLException {
    int version = pragma(connection, "user_version");
    if (version < 0 || version > LAST_POSSIBLE) {
      throw new SQLException("malformed schema version: " + version);
    }
    if (version > VERSION) {
      throw HistoryException.lasting(
          "the history has schema version "
              + version
              + " (expected: at most "
              + VERSION
              + "; run the newer program that wrote it, or set aggregator.dataDir to another folder)",
          null);
    }
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      for (int next = version; next < VERSION; next++) {
        for (String sql : MIGRATIONS.get(next)) {
          statement.execute(sql);
        }
        if (next + 1 == WITH_REPORTED) {
          addReported(statement);
        }
      }
      statement.execute("PRAGMA application_id = " + APPLICATION_ID);
      statement.execute("PRAGMA user_version = " + VERSION);
      connection.commit();
    }
  }

  private static void addReported(Statement statement) throws SQLException {
    List<String> tables = new ArrayList<>();
    try (ResultSet rows =
        statement.executeQuery("SELECT name FROM sqlite_schema WHERE type = 'table'")) {
      while (rows.next()) {
        String table = rows.getString(1);
        if (DayTables.getsReported(table)) {
          tables.add(table);
        }
      }
    }
    for (String table : tables) {
      for (String column : Reported.COLUMNS) {
        statement.execute("ALTER TABLE " + table + " ADD COLUMN " + column + " INTEGER");
      }
    }
  }

  private static boolean isEmpty(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT count(*) FROM sqlite_schema")) {
      return rows.next() && rows.getInt(1) == 0;
    }
  }

  static int pragma(Connection connection, String name) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("PRAGMA " + name)) {
      return rows.next() ? rows.getInt(1) : 0;
    }
  }
}
