package fil.heartbeat.api.rest;

import fil.heartbeat.alert.AlertView;
import fil.heartbeat.alert.model.Alert;
import fil.heartbeat.alert.model.ResolvedAlert;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One page of alerts while it is filled: unresolved ones, then resolved ones. */
final class AlertPage {
  /** The largest number of alerts requested from history at once. */
  static final int MAX_CHUNK = 1000;

  /**
   * Chunks searched for one answer. A client whose query matches few alerts continues with the next
   * page.
   */
  static final int MAX_CHUNKS = 10;

  private final AlertQuery query;
  private final List<JsonObject> rows = new ArrayList<>();
  private final Map<String, Alert> known = new HashMap<>();
  private @Nullable Instant at;
  private int passed;
  private int chunks;
  private boolean stuck;
  private boolean incomplete;
  private @Nullable String next;

  private AlertPage(AlertQuery query) {
    this.query = query;
    if (query.after().ended()) {
      at = query.after().at();
      passed = query.after().passed();
    }
  }

  /** Returns the rows and the place where the next page begins. */
  static Future<AlertPage> of(AlertQuery query, AlertView view) {
    AlertPage page = new AlertPage(query);
    return view.alerts()
        .compose(
            alerts -> page.takeActive(alerts) ? page.fill(view) : Future.<Void>succeededFuture())
        .map(page);
  }

  List<JsonObject> rows() {
    return rows;
  }

  @Nullable String next() {
    return next;
  }

  JsonObject json() {
    return new JsonObject()
        .put("alerts", new JsonArray(rows))
        .put("next", next)
        .put("incomplete", incomplete);
  }

  /**
   * Adds the unresolved alerts; returns whether there is room left and resolved ones are wanted.
   */
  private boolean takeActive(List<Alert> alerts) {
    alerts.forEach(alert -> known.put(alert.id(), alert));
    List<Alert> active = query.active(alerts);
    List<Alert> shown = active.subList(0, Math.min(active.size(), query.limit()));
    shown.forEach(alert -> rows.add(AlertJson.alert(alert)));
    if (shown.size() < active.size()) {
      next = AlertCursor.behind(shown.get(shown.size() - 1)).encode();
    } else if (rows.size() == query.limit() && query.wantsEnded()) {
      next = AlertCursor.FIRST_ENDED.encode();
    }
    return next == null && query.wantsEnded();
  }

  private Future<Void> fill(AlertView view) {
    int ask =
        query.sifts() || stuck
            ? MAX_CHUNK
            : Math.min(MAX_CHUNK, query.limit() - rows.size() + passed + 1);
    // History returns what ended before a moment, perhaps in whole milliseconds only.
    Instant before = at == null ? null : at.plus(Duration.ofMillis(1));
    return view.resolved(query.peerId(), before, ask)
        .compose(found -> takeEnded(found, ask) ? fill(view) : Future.<Void>succeededFuture());
  }

  /** Adds resolved alerts; returns whether to request more. */
  private boolean takeEnded(List<ResolvedAlert> found, int asked) {
    Instant from = at;
    int skip = passed;
    boolean moved = false;
    for (ResolvedAlert alert : found) {
      Instant endsAt = alert.endsAt();
      boolean seen = from != null && endsAt.isAfter(from);
      if (!seen && endsAt.equals(from) && skip > 0) {
        skip--;
        seen = true;
      }
      if (seen) {
        continue;
      }
      if (query.matches(alert.rule(), alert.severity(), alert.peerId())) {
        if (rows.size() == query.limit()) {
          next = AlertCursor.amongEnded(at, passed).encode();
          return false;
        }
        rows.add(AlertJson.resolved(alert, known.get(alert.id())));
      }
      moved = true;
      passed = endsAt.equals(at) ? passed + 1 : 1;
      at = endsAt;
    }
    if (found.size() < asked) {
      return false;
    }
    if (++chunks >= MAX_CHUNKS) {
      next = AlertCursor.amongEnded(at, passed).encode();
      return false;
    }
    if (!moved && asked == MAX_CHUNK && at != null) {
      // More alerts ended at this moment than history returns at once: the rest of them is skipped.
      incomplete = true;
      at = at.minus(Duration.ofMillis(1));
      passed = 0;
    }
    stuck = !moved;
    return true;
  }
}
