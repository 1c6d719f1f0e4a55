package fil.heartbeat.api.rest;

import fil.heartbeat.alert.model.Alert;
import fil.heartbeat.api.http.Times;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A place in the list of alerts: after a row of the unresolved ones, or among the resolved ones,
 * the latest end first. Several alerts may end at one moment, so a place among the resolved ones is
 * a moment and the number of alerts passed that ended then.
 *
 * @param ended whether the place is among the resolved alerts
 * @param rank of the row before
 * @param at when the row before began, or ended; null for the first
 * @param id of the row before; empty among the resolved alerts
 * @param passed rows that ended at {@code at} and come before
 */
record AlertCursor(boolean ended, int rank, @Nullable Instant at, String id, int passed) {
  static final AlertCursor START = new AlertCursor(false, -1, null, "", 0);
  static final AlertCursor FIRST_ENDED = new AlertCursor(true, -1, null, "", 0);

  static AlertCursor behind(Alert alert) {
    return new AlertCursor(false, AlertQuery.rank(alert), alert.activeAt(), alert.id(), 0);
  }

  static AlertCursor amongEnded(@Nullable Instant at, int passed) {
    return new AlertCursor(true, -1, at, "", passed);
  }

  /** Whether an unresolved alert comes after this place. */
  boolean isBefore(int itsRank, Alert alert) {
    if (ended) {
      return false;
    }
    if (at == null || itsRank != rank) {
      return at == null || itsRank > rank;
    }
    int order = alert.activeAt().compareTo(at);
    return order != 0 ? order < 0 : alert.id().compareTo(id) > 0;
  }

  String encode() {
    JsonArray parts =
        new JsonArray()
            .add(ended)
            .add(rank)
            .add(at == null ? null : at.toString())
            .add(id)
            .add(passed);
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(parts.encode().getBytes(StandardCharsets.UTF_8));
  }

  static Optional<AlertCursor> parse(String text) {
    try {
      byte[] json = Base64.getUrlDecoder().decode(text);
      JsonArray parts = new JsonArray(new String(json, StandardCharsets.UTF_8));
      if (parts.size() == 5
          && parts.getValue(0) instanceof Boolean ended
          && parts.getValue(1) instanceof Integer rank
          && parts.getValue(3) instanceof String id
          && parts.getValue(4) instanceof Integer passed
          && passed >= 0) {
        Instant at = parts.getString(2) == null ? null : Times.parse(parts.getString(2));
        return Optional.of(new AlertCursor(ended, rank, at, id, passed));
      }
    } catch (IllegalArgumentException
        | DecodeException
        | DateTimeException
        | ClassCastException e) {
      // Treated below like a text of another form.
    }
    return Optional.empty();
  }
}
