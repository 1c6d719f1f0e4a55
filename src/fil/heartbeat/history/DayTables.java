package fil.heartbeat.history;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Set;
import java.util.TreeSet;

/**
 * Tables of one day each, which are dropped whole: the slots as recorded, the hours packed by node
 * and the hourly roll-ups. Rows are written in the order of their keys, so that each page is
 * written once.
 */
final class DayTables {
  static final int SLOTS_AN_HOUR = 3600 / SlotRow.SLOT_SECONDS;
  static final int HOURS_A_DAY = 24;

  /** Days of packed hours besides the current one: at least 48 hours. */
  static final int FULL_DAYS = 2;

  static final int ROLLUP_DAYS = 90;

  private static final String SLOTS = "slots_";
  private static final String HOURS = "hours_";
  private static final String ROLLUPS = "rollups_";

  private final Set<String> known = new TreeSet<>();

  DayTables(Connection connection) throws SQLException {
    reload(connection);
  }

  /** Reads again which tables exist. */
  private void reload(Connection connection) throws SQLException {
    known.clear();
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery("SELECT name FROM sqlite_schema WHERE type = 'table'")) {
      while (rows.next()) {
        known.add(rows.getString(1));
      }
    }
  }

  static String slots(long day) {
    return SLOTS + day;
  }

  static String hours(long day) {
    return HOURS + day;
  }

  static String rollups(long day) {
    return ROLLUPS + day;
  }

  static long dayOfSlot(long slot) {
    return Math.floorDiv(slot, (long) SLOTS_AN_HOUR * HOURS_A_DAY);
  }

  static long hourOfSlot(long slot) {
    return Math.floorDiv(slot, (long) SLOTS_AN_HOUR);
  }

  static long dayOfHour(long hour) {
    return Math.floorDiv(hour, (long) HOURS_A_DAY);
  }

  boolean has(String table) {
    return known.contains(table);
  }

  /** The days with tables of slots, ascending. */
  Set<Long> daysOfSlots() {
    Set<Long> days = new TreeSet<>();
    for (String table : known) {
      if (table.startsWith(SLOTS)) {
        days.add(Long.parseLong(table.substring(SLOTS.length())));
      }
    }
    return days;
  }

  void makeSlots(Statement statement, long day) throws SQLException {
    make(
        statement,
        slots(day),
        "slot INTEGER NOT NULL, peer INTEGER NOT NULL, height INTEGER, head INTEGER, lag INTEGER,"
            + " state INTEGER NOT NULL, beats INTEGER NOT NULL, gap INTEGER NOT NULL, "
            + Reported.DEFINITIONS
            + ", PRIMARY KEY (slot, peer)");
    make(statement, "heads_" + day, "id INTEGER PRIMARY KEY, cids TEXT NOT NULL UNIQUE");
  }

  void makeHours(Statement statement, long day) throws SQLException {
    make(
        statement,
        hours(day),
        "hour INTEGER NOT NULL, peer INTEGER NOT NULL, cells BLOB NOT NULL,"
            + " PRIMARY KEY (hour, peer)");
    make(
        statement,
        rollups(day),
        "hour INTEGER NOT NULL, peer INTEGER NOT NULL, height INTEGER, lag INTEGER,"
            + " shares BLOB NOT NULL, beats INTEGER NOT NULL, gap INTEGER NOT NULL, "
            + Reported.DEFINITIONS
            + ", PRIMARY KEY (hour, peer)");
  }

  /** Whether older files have this table without the columns of {@link Reported}. */
  static boolean getsReported(String table) {
    return table.matches("(" + SLOTS + "|" + ROLLUPS + ")[0-9]+");
  }

  private void make(Statement statement, String table, String columns) throws SQLException {
    if (!known.contains(table)) {
      statement.execute(
          "CREATE TABLE IF NOT EXISTS "
              + table
              + " ("
              + columns
              + ")"
              + (table.startsWith("heads_") ? "" : " WITHOUT ROWID"));
      known.add(table);
    }
  }

  /** Drops tables that are too old, on a day whose hours so far are all packed. */
  void drop(Statement statement, long today) throws SQLException {
    for (String table : new ArrayList<>(known)) {
      int line = table.lastIndexOf('_');
      if (line < 0 || !table.substring(line + 1).matches("[0-9]+")) {
        continue;
      }
      long day = Long.parseLong(table.substring(line + 1));
      String kind = table.substring(0, line + 1);
      int kept = kind.equals(ROLLUPS) ? ROLLUP_DAYS : kind.equals(HOURS) ? FULL_DAYS : 0;
      if (day < today - kept) {
        statement.execute("DROP TABLE " + table);
        known.remove(table);
      }
    }
  }
}
