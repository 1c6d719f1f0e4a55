package fil.heartbeat.history;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * Copies the most important data from a damaged store into a new one, row by row from both ends of
 * each table as far as it can be read: the last known state of nodes, and alerts. Charts start
 * empty.
 */
final class Salvage {
  static final String NOTHING = "nothing";

  /** A table, its key, and its name in messages to the operator. */
  private record Table(String name, String key, String called) {}

  private static final List<Table> TABLES =
      List.of(
          new Table("peer", "rowid", "peers"),
          new Table("known", "rowid", "nodes"),
          new Table("counted", "rowid", "counts"),
          new Table("alert_piece", "kind, id", "pieces of alerts"),
          new Table("alert_ended", "rowid", "resolved alerts"));

  private Salvage() {}

  /** Copies the rows; returns a text with their number by table. */
  static String copy(Connection from, Connection to) throws SQLException {
    List<String> copied = new ArrayList<>();
    to.setAutoCommit(false);
    for (Table table : TABLES) {
      long rows = copy(from, to, table);
      if (rows > 0) {
        copied.add(rows + " " + table.called());
      }
    }
    to.commit();
    to.setAutoCommit(true);
    return copied.isEmpty() ? NOTHING : String.join(", ", copied);
  }

  private static long copy(Connection from, Connection to, Table table) throws SQLException {
    String ascending = "SELECT * FROM " + table.name() + " ORDER BY " + table.key();
    long rows = copyUntilDamage(from, to, table, ascending);
    if (rows >= 0) {
      return rows;
    }
    String descending = ascending.replace(",", " DESC,") + " DESC";
    long more = copyUntilDamage(from, to, table, descending);
    return Math.abs(rows + 1) + (more >= 0 ? more : Math.abs(more + 1));
  }

  /** The number of rows copied, or minus one less that number when damage ended the copy. */
  private static long copyUntilDamage(Connection from, Connection to, Table table, String sql)
      throws SQLException {
    long copied = 0;
    try (Statement statement = from.createStatement()) {
      ResultSet row = statement.executeQuery(sql);
      int columns = row.getMetaData().getColumnCount();
      try (PreparedStatement insert =
          to.prepareStatement(
              "INSERT OR IGNORE INTO "
                  + table.name()
                  + " VALUES ("
                  + "?, ".repeat(columns - 1)
                  + "?)")) {
        while (next(row)) {
          for (int i = 1; i <= columns; i++) {
            insert.setObject(i, row.getObject(i));
          }
          copied += inserted(insert);
        }
      }
      return copied;
    } catch (Unreadable e) {
      return -copied - 1;
    } catch (SQLException e) {
      if (Damage.is(e)) {
        return -copied - 1;
      }
      throw e;
    }
  }

  /** A row that violates the new table's constraints is damaged too. */
  private static int inserted(PreparedStatement insert) throws SQLException {
    try {
      return insert.executeUpdate();
    } catch (SQLException e) {
      if (Damage.isOfTheDisk(e)) {
        throw e;
      }
      return 0;
    }
  }

  private static final class Unreadable extends Exception {
    private static final long serialVersionUID = 1;

    private Unreadable(SQLException cause) {
      super(cause);
    }
  }

  private static boolean next(ResultSet row) throws Unreadable {
    try {
      return row.next();
    } catch (SQLException e) {
      throw new Unreadable(e);
    }
  }
}
