package fil.heartbeat.history;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes batches into an open transaction. Used by one thread. */
final class BatchWriter {
  /** Connection events stored of each peer. */
  static final int MAX_CONNECTIONS = 100;

  /** Replaces the id of a forgotten peer, followed by its number. */
  private static final String FORGOTTEN = "forgotten/";

  /** Selects rows of forgotten peers. */
  private static final String IS_FORGOTTEN = "peer_id >= 'forgotten/' AND peer_id < 'forgotten0'";

  /** Selects rows whose number is not the highest, from which the next number follows. */
  private static final String IS_NOT_LAST = "id < (SELECT max(id) FROM peer)";

  private final Connection connection;
  private final DayTables tables;
  private final Map<String, Long> peers = new HashMap<>();
  private long newestSlot = Long.MIN_VALUE;

  BatchWriter(Connection connection, DayTables tables) throws SQLException {
    this.connection = connection;
    this.tables = tables;
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT id, peer_id FROM peer WHERE NOT (" + IS_FORGOTTEN + ")")) {
      while (rows.next()) {
        peers.put(rows.getString(2), rows.getLong(1));
      }
    }
  }

  /** The highest slot written since the start. */
  long newestSlot() {
    return newestSlot;
  }

  void write(HistoryQueue.Batch batch) throws SQLException {
    for (String peerId : batch.forgotten()) {
      forget(peerId);
    }
    writeKnown(batch.known());
    writeChanges(batch.changes());
    writeConnections(batch.connections());
    for (List<SlotRow> slot : batch.epochs()) {
      writeSlot(slot);
    }
    writeCounts(batch.counts());
  }

  private void forget(String peerId) throws SQLException {
    Long id = peers.remove(peerId);
    if (id == null) {
      return;
    }
    // Day tables are dropped with their day. Their rows of a forgotten peer are unreachable, as no
    // number is used again: the row with the highest number stays until there is a higher one.
    for (String table : List.of("known", "counted", "change", "connection")) {
      try (PreparedStatement delete =
          connection.prepareStatement("DELETE FROM " + table + " WHERE peer = ?")) {
        delete.setLong(1, id);
        int unused = delete.executeUpdate();
      }
    }
    try (PreparedStatement delete =
            connection.prepareStatement("DELETE FROM peer WHERE id = ? AND " + IS_NOT_LAST);
        PreparedStatement rename =
            connection.prepareStatement("UPDATE peer SET peer_id = ? WHERE id = ?")) {
      delete.setLong(1, id);
      int deleted = delete.executeUpdate();
      if (deleted == 0) {
        rename.setString(1, FORGOTTEN + id);
        rename.setLong(2, id);
        int unused = rename.executeUpdate();
      }
    }
  }

  /** Drops the rows of forgotten peers that are not needed any more. */
  static void dropForgotten(Statement statement) throws SQLException {
    statement.execute("DELETE FROM peer WHERE " + IS_FORGOTTEN + " AND " + IS_NOT_LAST);
  }

  private long peer(String peerId) throws SQLException {
    Long known = peers.get(peerId);
    if (known != null) {
      return known;
    }
    try (PreparedStatement insert =
        connection.prepareStatement("INSERT INTO peer (peer_id) VALUES (?) RETURNING id")) {
      insert.setString(1, peerId);
      try (ResultSet row = insert.executeQuery()) {
        long id = row.getLong(1);
        peers.put(peerId, id);
        return id;
      }
    }
  }

  private void writeKnown(List<KnownNode> nodes) throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT OR REPLACE INTO known VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")) {
      for (KnownNode node : nodes) {
        insert.setLong(1, peer(node.peerId()));
        insert.setString(2, node.nickname());
        insert.setString(3, node.minerAddress());
        insert.setString(4, node.genesisCid());
        insert.setString(5, String.join(" ", node.head()));
        set(insert, 6, node.height());
        Boolean syncing = node.syncing();
        set(insert, 7, syncing == null ? null : Long.valueOf(syncing ? 1 : 0));
        insert.setString(8, node.address());
        insert.setLong(9, node.firstSeen().toEpochMilli());
        insert.setLong(10, node.lastBeat().toEpochMilli());
        insert.setLong(11, node.headSince().toEpochMilli());
        insert.setLong(12, node.beats());
        insert.setInt(13, node.state().code());
        insert.setLong(14, node.stateSince().toEpochMilli());
        set(insert, 15, node.partedAt());
        insert.addBatch();
      }
      var unused = insert.executeBatch();
    }
  }

  private void writeCounts(List<BeatCount> counts) throws SQLException {
    record Numbered(long peer, BeatCount count) {}
    // In the order of the key, so that each page is written once.
    List<Numbered> ordered = new ArrayList<>(counts.size());
    for (BeatCount count : counts) {
      Long peer = peers.get(count.peerId());
      if (peer != null) {
        ordered.add(new Numbered(peer, count));
      }
    }
    ordered.sort(Comparator.comparingLong(Numbered::peer));
    try (PreparedStatement insert =
        connection.prepareStatement("INSERT OR REPLACE INTO counted VALUES (?, ?, ?, ?)")) {
      for (Numbered each : ordered) {
        insert.setLong(1, each.peer());
        insert.setLong(2, each.count().lastBeat().toEpochMilli());
        insert.setLong(3, each.count().headSince().toEpochMilli());
        insert.setLong(4, each.count().beats());
        insert.addBatch();
      }
      var unused = insert.executeBatch();
    }
  }

  private void writeChanges(List<StateChange> changes) throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO change (peer, at, from_state, to_state, reason) VALUES (?, ?, ?, ?, ?)")) {
      for (StateChange change : changes) {
        insert.setLong(1, peer(change.peerId()));
        insert.setLong(2, change.at().toEpochMilli());
        insert.setInt(3, change.from().code());
        insert.setInt(4, change.to().code());
        insert.setString(5, change.reason());
        insert.addBatch();
      }
      var unused = insert.executeBatch();
    }
  }

  private void writeConnections(List<ConnectionEvent> events) throws SQLException {
    try (PreparedStatement insert =
            connection.prepareStatement(
                "INSERT INTO connection SELECT ?1, coalesce(max(n), 0) + 1, ?2, ?3, ?4, ?5"
                    + " FROM connection WHERE peer = ?1");
        PreparedStatement delete =
            connection.prepareStatement(
                "DELETE FROM connection WHERE peer = ?1 AND n <="
                    + " (SELECT max(n) FROM connection WHERE peer = ?1) - "
                    + MAX_CONNECTIONS)) {
      for (ConnectionEvent event : events) {
        long peer = peer(event.peerId());
        insert.setLong(1, peer);
        insert.setLong(2, event.at().toEpochMilli());
        insert.setBoolean(3, event.opened());
        insert.setString(4, event.address());
        insert.setString(5, event.reason());
        int unused = insert.executeUpdate();
        delete.setLong(1, peer);
        int unusedToo = delete.executeUpdate();
      }
    }
  }

  private void writeSlot(List<SlotRow> rows) throws SQLException {
    if (rows.isEmpty()) {
      return;
    }
    record Numbered(long peer, SlotRow row) {}
    List<Numbered> ordered = new ArrayList<>(rows.size());
    for (SlotRow row : rows) {
      ordered.add(new Numbered(peer(row.peerId()), row));
    }
    ordered.sort(Comparator.comparingLong(Numbered::peer));
    long slot = ordered.get(0).row().slot();
    newestSlot = Math.max(newestSlot, slot);
    long day = DayTables.dayOfSlot(slot);
    try (Statement statement = connection.createStatement()) {
      tables.makeSlots(statement, day);
    }
    Map<List<String>, Long> heads = new HashMap<>();
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT OR REPLACE INTO "
                + DayTables.slots(day)
                + " (slot, peer, height, head, lag, state, beats, gap, "
                + Reported.NAMES
                + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")) {
      for (Numbered each : ordered) {
        SlotRow row = each.row();
        insert.setLong(1, row.slot());
        insert.setLong(2, each.peer());
        set(insert, 3, row.height());
        set(insert, 4, row.head().isEmpty() ? null : Long.valueOf(head(heads, day, row.head())));
        set(insert, 5, row.lagEpochs());
        insert.setInt(6, row.state().code());
        insert.setInt(7, row.beats().count());
        insert.setInt(8, row.beats().longestGapMillis());
        row.reported().into(insert, 9);
        insert.addBatch();
      }
      var unused = insert.executeBatch();
    }
  }

  private long head(Map<List<String>, Long> heads, long day, List<String> cids)
      throws SQLException {
    Long known = heads.get(cids);
    if (known != null) {
      return known;
    }
    String text = String.join(" ", cids);
    try (PreparedStatement insert =
            connection.prepareStatement(
                "INSERT OR IGNORE INTO heads_" + day + " (cids) VALUES (?)");
        PreparedStatement find =
            connection.prepareStatement("SELECT id FROM heads_" + day + " WHERE cids = ?")) {
      insert.setString(1, text);
      int unused = insert.executeUpdate();
      find.setString(1, text);
      try (ResultSet row = find.executeQuery()) {
        long id = row.getLong(1);
        heads.put(cids, id);
        return id;
      }
    }
  }

  private static void set(PreparedStatement statement, int place, @Nullable Long value)
      throws SQLException {
    if (value == null) {
      statement.setNull(place, Types.INTEGER);
    } else {
      statement.setLong(place, value);
    }
  }
}
