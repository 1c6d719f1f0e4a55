package fil.heartbeat.history;

import fil.heartbeat.fleet.State;
import fil.heartbeat.history.PackedHour.Cell;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads with a connection. Used by one thread at a time. */
final class HistoryReader {
  private final Connection connection;

  HistoryReader(Connection connection) {
    this.connection = connection;
  }

  /** As {@link LastKnown#at}. */
  LastKnown.Found restored(Instant now, int most, Set<String> first) throws SQLException {
    return new LastKnown(connection).at(now, most, first);
  }

  List<HistoryPoint> points(String peerId, Instant from, Instant to, Duration step)
      throws SQLException {
    long peer = peer(peerId);
    if (peer < 0) {
      return List.of();
    }
    long first = Math.floorDiv(from.getEpochSecond(), (long) SlotRow.SLOT_SECONDS);
    long end = -Math.floorDiv(-to.getEpochSecond(), (long) SlotRow.SLOT_SECONDS);
    long stepSlots = Math.max(1, step.toSeconds() / SlotRow.SLOT_SECONDS);
    Map<Long, Rollup> steps = new TreeMap<>();
    DayTables tables = new DayTables(connection);
    long lastHour = DayTables.hourOfSlot(end - 1);
    for (long hour = DayTables.hourOfSlot(first); hour <= lastHour; hour++) {
      long day = DayTables.dayOfHour(hour);
      long each = hour;
      List<Cell> cells = Damage.reading(() -> cells(tables, day, each, peer));
      for (Cell cell : cells) {
        if (cell.slot() >= first && cell.slot() < end) {
          add(steps, cell.slot(), stepSlots, Rollup.of(List.of(cell)));
        }
      }
      if (cells.isEmpty() && tables.has(DayTables.rollups(day))) {
        Rollup rollup =
            Damage.reading(() -> Optional.ofNullable(rollup(day, each, peer))).orElse(null);
        if (rollup != null) {
          add(steps, hour * DayTables.SLOTS_AN_HOUR, stepSlots, rollup);
        }
      }
    }
    List<HistoryPoint> points = new ArrayList<>(steps.size());
    steps.forEach(
        (at, sum) -> points.add(sum.point(Instant.ofEpochSecond(at * SlotRow.SLOT_SECONDS))));
    return points;
  }

  private static void add(Map<Long, Rollup> steps, long slot, long stepSlots, Rollup more) {
    steps.merge(Math.floorDiv(slot, stepSlots) * stepSlots, more, Rollup::plus);
  }

  private List<Cell> cells(DayTables tables, long day, long hour, long peer) throws SQLException {
    if (tables.has(DayTables.hours(day))) {
      try (PreparedStatement select =
          connection.prepareStatement(
              "SELECT cells FROM " + DayTables.hours(day) + " WHERE hour = ? AND peer = ?")) {
        select.setLong(1, hour);
        select.setLong(2, peer);
        try (ResultSet row = select.executeQuery()) {
          if (row.next()) {
            byte[] packed = row.getBytes(1);
            return PackedHour.unpack(packed == null ? new byte[0] : packed);
          }
        }
      }
    }
    return tables.has(DayTables.slots(day)) ? slots(day, hour, peer) : List.of();
  }

  private List<Cell> slots(long day, long hour, long peer) throws SQLException {
    List<Cell> cells = new ArrayList<>();
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT height, lag, state, beats, gap, "
                + Reported.NAMES
                + " FROM "
                + DayTables.slots(day)
                + " WHERE slot = ? AND peer = ?")) {
      for (int i = 0; i < DayTables.SLOTS_AN_HOUR; i++) {
        long slot = hour * DayTables.SLOTS_AN_HOUR + i;
        select.setLong(1, slot);
        select.setLong(2, peer);
        try (ResultSet row = select.executeQuery()) {
          if (row.next()) {
            cells.add(
                new Cell(
                    slot,
                    HourPacker.optional(row, 1),
                    HourPacker.optional(row, 2),
                    row.getInt(3),
                    row.getInt(4),
                    row.getInt(5),
                    Reported.in(row, 6)));
          }
        }
      }
    }
    return cells;
  }

  private @Nullable Rollup rollup(long day, long hour, long peer) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT height, lag, shares, beats, gap, "
                + Reported.NAMES
                + " FROM "
                + DayTables.rollups(day)
                + " WHERE hour = ? AND peer = ?")) {
      select.setLong(1, hour);
      select.setLong(2, peer);
      try (ResultSet row = select.executeQuery()) {
        return row.next()
            ? new Rollup(
                HourPacker.optional(row, 1),
                HourPacker.optional(row, 2),
                shares(row.getBytes(3)),
                row.getLong(4),
                row.getInt(5),
                Reported.in(row, 6))
            : null;
      }
    }
  }

  static Map<Integer, Integer> shares(byte[] bytes) {
    Map<Integer, Integer> slots = new TreeMap<>();
    for (int i = 0; i + 1 < bytes.length; i += 2) {
      slots.put((int) bytes[i], bytes[i + 1] & 0xff);
    }
    return slots;
  }

  List<StateChange> changes(String peerId, Instant from, Instant to, int limit)
      throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT at, from_state, to_state, reason FROM change WHERE peer = ? AND at >= ? AND at"
                + " < ? ORDER BY at DESC, id DESC LIMIT ?")) {
      select.setLong(1, peer(peerId));
      select.setLong(2, from.toEpochMilli());
      select.setLong(3, to.toEpochMilli());
      select.setInt(4, limit);
      return Damage.reading(() -> changes(peerId, select));
    }
  }

  private static List<StateChange> changes(String peerId, PreparedStatement select)
      throws SQLException {
    List<StateChange> changes = new ArrayList<>();
    try (ResultSet row = select.executeQuery()) {
      while (row.next()) {
        changes.add(
            new StateChange(
                peerId,
                Instant.ofEpochMilli(row.getLong(1)),
                State.ofCode(row.getInt(2)).orElse(State.UNKNOWN),
                State.ofCode(row.getInt(3)).orElse(State.UNKNOWN),
                row.getString(4)));
      }
    }
    return changes;
  }

  List<ConnectionEvent> connections(String peerId) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT at, opened, address, reason FROM connection WHERE peer = ? ORDER BY n DESC"
                + " LIMIT "
                + BatchWriter.MAX_CONNECTIONS)) {
      select.setLong(1, peer(peerId));
      return Damage.reading(() -> connections(peerId, select));
    }
  }

  private static List<ConnectionEvent> connections(String peerId, PreparedStatement select)
      throws SQLException {
    List<ConnectionEvent> events = new ArrayList<>();
    try (ResultSet row = select.executeQuery()) {
      while (row.next()) {
        events.add(
            new ConnectionEvent(
                peerId,
                Instant.ofEpochMilli(row.getLong(1)),
                row.getBoolean(2),
                row.getString(3),
                row.getString(4)));
      }
    }
    return events;
  }

  List<AlertStore.Entry> alertEntries() throws SQLException {
    return new AlertTables(connection).entries();
  }

  List<ResolvedRow> resolvedAlerts(@Nullable String peerId, @Nullable Instant before, int limit)
      throws SQLException {
    return new AlertTables(connection).resolved(peerId, before, limit);
  }

  private long peer(String peerId) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement("SELECT id FROM peer WHERE peer_id = ?")) {
      select.setString(1, peerId);
      try (ResultSet row = select.executeQuery()) {
        return row.next() ? row.getLong(1) : -1;
      }
    }
  }
}
