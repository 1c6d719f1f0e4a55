package fil.heartbeat.history;

import fil.heartbeat.history.PackedHour.Cell;
import java.io.ByteArrayOutputStream;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Packs a completed hour into one row and one roll-up for each node. */
final class HourPacker {
  /** Nodes read at once: memory for 1 000 × 120 cells, whatever the fleet's size. */
  private static final int PEERS_AT_ONCE = 1000;

  private static final long HOUR_MILLIS = 3_600_000;

  private final Connection connection;
  private final DayTables tables;

  HourPacker(Connection connection, DayTables tables) {
    this.connection = connection;
    this.tables = tables;
  }

  /** Hours with slots, completed at {@code hour} and not packed yet; ascending. */
  List<Long> open(long hour) throws SQLException {
    List<Long> open = new ArrayList<>();
    for (long day : tables.daysOfSlots()) {
      try (Statement statement = connection.createStatement();
          ResultSet rows =
              statement.executeQuery("SELECT min(slot), max(slot) FROM " + DayTables.slots(day))) {
        long first = rows.getLong(1);
        if (rows.wasNull()) {
          continue;
        }
        // In a damaged file a slot may have any time.
        long begin = Math.max(DayTables.hourOfSlot(first), day * DayTables.HOURS_A_DAY);
        long end = Math.min(DayTables.hourOfSlot(rows.getLong(2)) + 1, hour);
        long midnight = (day + 1) * DayTables.HOURS_A_DAY;
        for (long each = begin; each < Math.min(end, midnight); each++) {
          if (!isPacked(each)) {
            open.add(each);
          }
        }
      }
    }
    return open;
  }

  private boolean isPacked(long hour) throws SQLException {
    try (PreparedStatement find =
        connection.prepareStatement("SELECT 1 FROM packed WHERE hour = ?")) {
      find.setLong(1, hour);
      try (ResultSet row = find.executeQuery()) {
        return row.next();
      }
    }
  }

  /** Packs one hour. */
  void pack(long hour) throws SQLException {
    long day = DayTables.dayOfHour(hour);
    try (Statement statement = connection.createStatement()) {
      tables.makeHours(statement, day);
      Set<Long> peers = peersAfter(0);
      while (!peers.isEmpty()) {
        long last = Collections.max(peers);
        write(day, hour, cells(day, hour, Collections.min(peers), last, peers));
        peers = peersAfter(last);
      }
      statement.execute("INSERT OR IGNORE INTO packed VALUES (" + hour + ")");
    }
  }

  /** The next numbers of peers. */
  private Set<Long> peersAfter(long id) throws SQLException {
    try (PreparedStatement find =
        connection.prepareStatement("SELECT id FROM peer WHERE id > ? ORDER BY id LIMIT ?")) {
      find.setLong(1, id);
      find.setInt(2, PEERS_AT_ONCE);
      Set<Long> peers = new HashSet<>();
      try (ResultSet row = find.executeQuery()) {
        while (row.next()) {
          peers.add(row.getLong(1));
        }
      }
      return peers;
    }
  }

  /** Drops data that is too old by now. */
  void drop(long hour) throws SQLException {
    long today = DayTables.dayOfHour(hour);
    long oldest = (today - DayTables.ROLLUP_DAYS) * DayTables.HOURS_A_DAY;
    try (Statement statement = connection.createStatement()) {
      tables.drop(statement, today);
      statement.execute("DELETE FROM change WHERE at < " + oldest * HOUR_MILLIS);
      statement.execute("DELETE FROM packed WHERE hour < " + oldest);
      BatchWriter.dropForgotten(statement);
    }
  }

  /** The cells of some peers: rows of forgotten peers may be between their numbers. */
  private Map<Long, List<Cell>> cells(long day, long hour, long first, long last, Set<Long> peers)
      throws SQLException {
    Map<Long, List<Cell>> cells = new TreeMap<>();
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT peer, height, lag, state, beats, gap, "
                + Reported.NAMES
                + " FROM "
                + DayTables.slots(day)
                + " WHERE slot = ? AND peer BETWEEN ? AND ?")) {
      for (int i = 0; i < DayTables.SLOTS_AN_HOUR; i++) {
        long slot = hour * DayTables.SLOTS_AN_HOUR + i;
        select.setLong(1, slot);
        select.setLong(2, first);
        select.setLong(3, last);
        try (ResultSet row = select.executeQuery()) {
          while (row.next()) {
            if (!peers.contains(row.getLong(1))) {
              continue;
            }
            cells
                .computeIfAbsent(row.getLong(1), ignored -> new ArrayList<>())
                .add(
                    new Cell(
                        slot,
                        optional(row, 2),
                        optional(row, 3),
                        row.getInt(4),
                        row.getInt(5),
                        row.getInt(6),
                        Reported.in(row, 7)));
          }
        }
      }
    }
    return cells;
  }

  private void write(long day, long hour, Map<Long, List<Cell>> cells) throws SQLException {
    try (PreparedStatement hours =
            connection.prepareStatement(
                "INSERT OR REPLACE INTO " + DayTables.hours(day) + " VALUES (?, ?, ?)");
        PreparedStatement rollups =
            connection.prepareStatement(
                "INSERT OR REPLACE INTO "
                    + DayTables.rollups(day)
                    + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")) {
      for (Map.Entry<Long, List<Cell>> each : cells.entrySet()) {
        hours.setLong(1, hour);
        hours.setLong(2, each.getKey());
        hours.setBytes(3, PackedHour.pack(each.getValue()));
        hours.addBatch();
        Rollup rollup = Rollup.of(each.getValue());
        rollups.setLong(1, hour);
        rollups.setLong(2, each.getKey());
        set(rollups, 3, rollup.height());
        set(rollups, 4, rollup.lag());
        rollups.setBytes(5, shares(rollup));
        rollups.setLong(6, rollup.beats());
        rollups.setInt(7, rollup.gapMillis());
        rollup.reported().into(rollups, 8);
        rollups.addBatch();
      }
      var unused = hours.executeBatch();
      var unusedToo = rollups.executeBatch();
    }
  }

  /** Pairs of bytes: a state and the number of its slots. */
  private static byte[] shares(Rollup rollup) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    rollup
        .slots()
        .forEach(
            (state, slots) -> {
              bytes.write(state);
              bytes.write(Math.min(slots, 255));
            });
    return bytes.toByteArray();
  }

  static @Nullable Long optional(ResultSet row, int place) throws SQLException {
    long value = row.getLong(place);
    return row.wasNull() ? null : Long.valueOf(value);
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
