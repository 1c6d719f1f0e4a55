package fil.heartbeat.history;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a node reported beside its head, as far as it is recorded. What was not reported is null,
 * never 0.
 *
 * @param finalityLag epochs from its head down to its finalized tipset, 0 or more
 * @param peers to which it can publish, 0 or more
 * @param nanoFil the lowest balance of those that pay for its messages, in 10^-9 FIL, rounded down;
 *     0 or more
 */
public record Reported(@Nullable Long finalityLag, @Nullable Long peers, @Nullable Long nanoFil) {

  /** Nothing reported. */
  public static final Reported NONE = new Reported(null, null, null);

  /** The columns of the tables of slots and roll-ups, in the order of {@link #values()}. */
  static final List<String> COLUMNS = List.of("finality", "peers", "balance");

  /** The columns between commas. */
  static final String NAMES = String.join(", ", COLUMNS);

  /** The definitions of the columns between commas. */
  static final String DEFINITIONS = String.join(" INTEGER, ", COLUMNS) + " INTEGER";

  List<@Nullable Long> values() {
    return Arrays.asList(finalityLag, peers, nanoFil);
  }

  static Reported of(List<@Nullable Long> values) {
    Reported found = new Reported(values.get(0), values.get(1), values.get(2));
    return found.equals(NONE) ? NONE : found;
  }

  /** Reads the columns of a row from a place on. */
  static Reported in(ResultSet row, int place) throws SQLException {
    return of(
        Arrays.asList(
            HourPacker.optional(row, place),
            HourPacker.optional(row, place + 1),
            HourPacker.optional(row, place + 2)));
  }

  /** Sets the parameters of the columns from a place on. */
  void into(PreparedStatement statement, int place) throws SQLException {
    for (int i = 0; i < COLUMNS.size(); i++) {
      Long value = values().get(i);
      if (value == null) {
        statement.setNull(place + i, Types.INTEGER);
      } else {
        statement.setLong(place + i, value);
      }
    }
  }

  /** Returns the worst of both: the largest lag, the fewest peers and the lowest balance. */
  Reported worst(Reported other) {
    return of(
        Arrays.asList(
            Rollup.max(finalityLag, other.finalityLag),
            min(peers, other.peers),
            min(nanoFil, other.nanoFil)));
  }

  private static @Nullable Long min(@Nullable Long a, @Nullable Long b) {
    return a == null ? b : b == null ? a : Long.valueOf(Math.min(a, b));
  }
}
