package fil.heartbeat.history;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The tables of alerts, over a connection of the caller. Used by one thread. */
final class AlertTables {
  /** How long a resolved alert is stored; the same as the hourly roll-ups of its node. */
  static final Duration KEPT = Duration.ofDays(DayTables.ROLLUP_DAYS);

  /** The most resolved alerts stored: about a thousand a day. */
  static final int MAX_ENDED = 100_000;

  private final Connection connection;

  AlertTables(Connection connection) {
    this.connection = connection;
  }

  /** Writes into the open transaction, in order. */
  void write(List<AlertWrite> writes, Instant now) throws SQLException {
    boolean resolved = false;
    for (AlertWrite write : writes) {
      writePieces(write.entries());
      writeResolved(write.resolved());
      resolved |= !write.resolved().isEmpty();
    }
    if (resolved) {
      prune(now);
    }
  }

  /** Writes into the open transaction. */
  void writePieces(List<AlertStore.Entry> entries) throws SQLException {
    try (PreparedStatement put =
            connection.prepareStatement("INSERT OR REPLACE INTO alert_piece VALUES (?, ?, ?)");
        PreparedStatement take =
            connection.prepareStatement("DELETE FROM alert_piece WHERE kind = ? AND id = ?")) {
      for (AlertStore.Entry entry : entries) {
        PreparedStatement statement = entry.body() == null ? take : put;
        statement.setString(1, entry.kind());
        statement.setString(2, entry.id());
        if (entry.body() != null) {
          statement.setString(3, entry.body());
        }
        int unused = statement.executeUpdate();
      }
    }
  }

  private void writeResolved(List<ResolvedRow> resolved) throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT OR REPLACE INTO alert_ended"
                + " (id, rule, severity, peer_id, starts, ends, summary, body)"
                + " VALUES (?, ?, ?, ?, ?, ?, ?, ?)")) {
      for (ResolvedRow alert : resolved) {
        insert.setString(1, alert.id());
        insert.setString(2, alert.rule());
        insert.setString(3, alert.severity());
        insert.setString(4, alert.peerId());
        insert.setLong(5, alert.startsAt().toEpochMilli());
        insert.setLong(6, alert.endsAt().toEpochMilli());
        insert.setString(7, alert.summary());
        insert.setString(8, alert.body());
        insert.addBatch();
      }
      var unused = insert.executeBatch();
    }
  }

  /** Drops alerts that ended too long ago, and the oldest beyond the limit. */
  void prune(Instant now) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      int unused =
          statement.executeUpdate(
              "DELETE FROM alert_ended WHERE ends < " + now.minus(KEPT).toEpochMilli());
      int unusedToo =
          statement.executeUpdate(
              "DELETE FROM alert_ended WHERE n <= (SELECT max(n) FROM alert_ended) - " + MAX_ENDED);
    }
  }

  List<AlertStore.Entry> entries() throws SQLException {
    List<AlertStore.Entry> entries = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery("SELECT kind, id, body FROM alert_piece ORDER BY kind, id")) {
      while (row.next()) {
        entries.add(new AlertStore.Entry(row.getString(1), row.getString(2), row.getString(3)));
      }
    }
    return entries;
  }

  /** Returns the body of one entry; null when there is none. */
  @Nullable String body(String kind, String id) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement("SELECT body FROM alert_piece WHERE kind = ? AND id = ?")) {
      select.setString(1, kind);
      select.setString(2, id);
      try (ResultSet row = select.executeQuery()) {
        return row.next() ? row.getString(1) : null;
      }
    }
  }

  List<ResolvedRow> resolved(@Nullable String peerId, @Nullable Instant before, int limit)
      throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT id, rule, severity, peer_id, starts, ends, summary, body FROM alert_ended"
                + " WHERE ends < ?"
                + (peerId == null ? "" : " AND peer_id = ?")
                + " ORDER BY ends DESC, n DESC LIMIT ?")) {
      int place = 1;
      select.setLong(place++, before == null ? Long.MAX_VALUE : before.toEpochMilli());
      if (peerId != null) {
        select.setString(place++, peerId);
      }
      select.setInt(place, limit);
      return Damage.reading(() -> resolved(select));
    }
  }

  private static List<ResolvedRow> resolved(PreparedStatement select) throws SQLException {
    List<ResolvedRow> resolved = new ArrayList<>();
    try (ResultSet row = select.executeQuery()) {
      while (row.next()) {
        resolved.add(resolved(row));
      }
    }
    return resolved;
  }

  private static ResolvedRow resolved(ResultSet row) throws SQLException {
    return new ResolvedRow(
        row.getString(1),
        row.getString(2),
        row.getString(3),
        row.getString(4),
        Instant.ofEpochMilli(row.getLong(5)),
        Instant.ofEpochMilli(row.getLong(6)),
        row.getString(7),
        row.getString(8));
  }
}
