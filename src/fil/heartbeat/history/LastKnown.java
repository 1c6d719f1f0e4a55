package fil.heartbeat.history;

import fil.heartbeat.fleet.State;
import fil.heartbeat.history.RestoredState.Slots;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the state at a start. */
final class LastKnown {
  /** The kind of the entry with the upgrades that nodes named, beside those of alerting. */
  static final String UPGRADES = "upgrades";

  static final String FLEET = "fleet";

  private static final Logger log = LoggerFactory.getLogger(LastKnown.class);

  private static final int HOURS_OF_UPTIME = 24;

  private static final String KNOWN =
      "SELECT peer_id, known.*, counted.last_beat AS counted_beat,"
          + " counted.head_since AS counted_head, counted.beats AS counted_beats"
          + " FROM known JOIN peer ON id = known.peer LEFT JOIN counted USING (peer)"
          + " ORDER BY peer_id IN (SELECT value FROM json_each(?)) DESC,"
          + " max(known.last_beat, coalesce(counted.last_beat, 0)) DESC LIMIT ?";

  private static final String WHO = KNOWN.replace("known.*", "known.peer");

  /** A slot is written at most this much after its end, and includes beats until then. */
  private static final int LATE_MILLIS = 2_000;

  /** The most peers beyond the limit that are forgotten at one start. */
  static final int FORGOTTEN = 10_000;

  /**
   * The result.
   *
   * @param left ids of peers beyond the limit, {@value #FORGOTTEN} at most
   */
  record Found(RestoredState restored, List<String> left) {}

  /**
   * The head of a slot.
   *
   * @param cids separated by blanks; null when it was empty
   */
  private record Head(@Nullable String cids, @Nullable Long height) {}

  private final Connection connection;

  LastKnown(Connection connection) {
    this.connection = connection;
  }

  /**
   * The peers, and their beats of the day before.
   *
   * @param most peers to return; those with the latest beats
   * @param first ids of peers that have priority
   */
  Found at(Instant now, int most, Set<String> first) throws SQLException {
    String preferred = new JsonArray(List.copyOf(first)).encode();
    Map<Long, String> names = new HashMap<>();
    List<String> left = new ArrayList<>();
    try (PreparedStatement who = connection.prepareStatement(WHO)) {
      who.setString(1, preferred);
      who.setLong(2, (long) most + FORGOTTEN);
      try (ResultSet row = who.executeQuery()) {
        for (int i = 0; row.next(); i++) {
          if (i < most) {
            names.put(row.getLong("peer"), row.getString("peer_id"));
          } else {
            left.add(row.getString("peer_id"));
          }
        }
      }
    }
    // By peer: in a damaged file one may occur twice.
    Map<String, KnownNode> nodes = new LinkedHashMap<>();
    Map<Long, Head> heads = newestHeads(now, names);
    try (PreparedStatement known = connection.prepareStatement(KNOWN)) {
      known.setString(1, preferred);
      known.setInt(2, most);
      try (ResultSet row = known.executeQuery()) {
        while (row.next()) {
          long beat = row.getLong("counted_beat");
          // A time in the future dates from before the clock was set back; its counters were stored
          // for all peers.
          boolean counted = beat > row.getLong("last_beat") && beat <= now.toEpochMilli();
          KnownNode node = known(row, counted, counted ? heads.get(row.getLong("peer")) : null);
          nodes.putIfAbsent(node.peerId(), node);
        }
      }
    }
    return new Found(
        new RestoredState(List.copyOf(nodes.values()), uptime(now, names), upgrades()), left);
  }

  private List<String> upgrades() throws SQLException {
    List<String> named = new ArrayList<>();
    String body = new AlertTables(connection).body(UPGRADES, FLEET);
    if (body != null) {
      try {
        new JsonArray(body).forEach(each -> named.add(String.valueOf(each)));
      } catch (DecodeException e) {
        log.warn("upgrades that nodes named before are left out reason=damaged count=1");
      }
    }
    return named;
  }

  /**
   * Each node's head in the slot of its last beat, today's or yesterday's. Not in the newest slot:
   * after the clock was set back there are slots of a future that is gone.
   */
  private Map<Long, Head> newestHeads(Instant now, Map<Long, String> names) throws SQLException {
    Map<Long, Head> heads = new HashMap<>();
    DayTables tables = new DayTables(connection);
    long today = Math.floorDiv(now.getEpochSecond(), 86_400L);
    for (long day = today; day >= today - 1; day--) {
      if (!tables.has(DayTables.slots(day))) {
        continue;
      }
      try (Statement statement = connection.createStatement();
          ResultSet row =
              statement.executeQuery(
                  "SELECT peer, height, cids FROM counted JOIN "
                      + DayTables.slots(day)
                      + " USING (peer) LEFT JOIN heads_"
                      + day
                      + " ON id = head WHERE slot = (counted.last_beat - "
                      + LATE_MILLIS
                      + ") / "
                      + 1_000L * SlotRow.SLOT_SECONDS)) {
        while (row.next()) {
          Head head = new Head(row.getString(3), HourPacker.optional(row, 2));
          // A height without a head is a stranger's; their heads are not stored.
          boolean tells = head.cids() != null || head.height() == null;
          if (tells && names.containsKey(row.getLong(1))) {
            heads.put(row.getLong(1), head);
          }
        }
      }
    }
    return heads;
  }

  private static KnownNode known(ResultSet row, boolean counted, @Nullable Head newest)
      throws SQLException {
    String head = newest == null ? row.getString("head") : newest.cids();
    Long syncing = optional(row, "syncing");
    return new KnownNode(
        row.getString("peer_id"),
        row.getString("nickname"),
        row.getString("miner"),
        row.getString("genesis"),
        head == null || head.isEmpty() ? List.of() : Arrays.asList(head.split(" ", -1)),
        newest == null ? optional(row, "height") : newest.height(),
        syncing == null ? null : Boolean.valueOf(syncing == 1),
        row.getString("address"),
        Instant.ofEpochMilli(row.getLong("first_seen")),
        Instant.ofEpochMilli(row.getLong(counted ? "counted_beat" : "last_beat")),
        Instant.ofEpochMilli(row.getLong(counted ? "counted_head" : "head_since")),
        row.getLong(counted ? "counted_beats" : "beats"),
        State.ofCode(row.getInt("state")).orElse(State.UNKNOWN),
        Instant.ofEpochMilli(row.getLong("state_since")),
        optional(row, "parted_at"));
  }

  private Map<String, Map<Long, Slots>> uptime(Instant now, Map<Long, String> names)
      throws SQLException {
    Map<String, Map<Long, Slots>> uptime = new HashMap<>();
    long last = Math.floorDiv(now.getEpochSecond(), 3600L);
    DayTables tables = new DayTables(connection);
    for (long hour = last - HOURS_OF_UPTIME + 1; hour <= last; hour++) {
      long day = DayTables.dayOfHour(hour);
      if (isPacked(hour) && tables.has(DayTables.rollups(day))) {
        addRollups(uptime, names, day, hour);
      } else if (tables.has(DayTables.slots(day))) {
        addSlots(uptime, names, day, hour);
      }
    }
    return uptime;
  }

  private void addRollups(
      Map<String, Map<Long, Slots>> uptime, Map<Long, String> names, long day, long hour)
      throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT peer, shares FROM " + DayTables.rollups(day) + " WHERE hour = " + hour)) {
      while (row.next()) {
        String peerId = names.get(row.getLong(1));
        if (peerId != null) {
          Map<Integer, Integer> slots = HistoryReader.shares(row.getBytes(2));
          slots.forEach((state, count) -> add(uptime, peerId, hour, state, count));
        }
      }
    }
  }

  private void addSlots(
      Map<String, Map<Long, Slots>> uptime, Map<Long, String> names, long day, long hour)
      throws SQLException {
    long first = hour * DayTables.SLOTS_AN_HOUR;
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT peer, state, count(*) FROM "
                    + DayTables.slots(day)
                    + " WHERE slot BETWEEN "
                    + first
                    + " AND "
                    + (first + DayTables.SLOTS_AN_HOUR - 1)
                    + " GROUP BY peer, state")) {
      while (row.next()) {
        String peerId = names.get(row.getLong(1));
        if (peerId != null) {
          add(uptime, peerId, hour, row.getInt(2), row.getInt(3));
        }
      }
    }
  }

  private static void add(
      Map<String, Map<Long, Slots>> uptime, String peerId, long hour, int state, int count) {
    boolean beating = State.ofCode(state).map(State::isBeating).orElse(false);
    uptime
        .computeIfAbsent(peerId, ignored -> new HashMap<>())
        .merge(
            hour,
            new Slots(count, beating ? count : 0),
            (a, b) -> new Slots(a.recorded() + b.recorded(), a.beating() + b.beating()));
  }

  private boolean isPacked(long hour) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT 1 FROM packed WHERE hour = " + hour)) {
      return row.next();
    }
  }

  private static @Nullable Long optional(ResultSet row, String column) throws SQLException {
    long value = row.getLong(column);
    return row.wasNull() ? null : Long.valueOf(value);
  }
}
