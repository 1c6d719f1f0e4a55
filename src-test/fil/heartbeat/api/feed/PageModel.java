package fil.heartbeat.api.feed;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The page's model of the feed: {@code model.js} in Java. */
final class PageModel {
  private static final class Fleet {
    private final Map<String, JsonObject> nodes = new TreeMap<>();
    private final Map<Integer, JsonObject> heads = new HashMap<>();
    private final Map<String, JsonObject> alerts = new TreeMap<>();
    private JsonArray networks = new JsonArray();

    private Fleet copy() {
      Fleet copy = new Fleet();
      copy.nodes.putAll(nodes);
      copy.heads.putAll(heads);
      copy.alerts.putAll(alerts);
      copy.networks = networks;
      return copy;
    }
  }

  private Fleet fleet = new Fleet();
  private @Nullable Fleet fresh;
  private Set<String> toldAlerts = new HashSet<>();
  private @Nullable String cursor;
  private boolean known;

  PageModel copy() {
    PageModel copy = new PageModel();
    copy.fleet = fleet.copy();
    copy.fresh = fresh == null ? null : fresh.copy();
    copy.toldAlerts = new HashSet<>(toldAlerts);
    copy.cursor = cursor;
    copy.known = known;
    return copy;
  }

  /** A stream begins: an unfinished beginning of the last one is dropped. */
  void opened() {
    fresh = null;
    toldAlerts.clear();
  }

  void take(String name, JsonObject data, @Nullable String id) {
    Fleet at = fresh == null ? fleet : fresh;
    switch (name) {
      case "snapshot" -> snapshot(data);
      case "head" -> at.heads.put(data.getInteger("id"), data);
      case "delta" -> {
        merge(at, data.getJsonArray("nodes"));
        data.getJsonArray("removed").forEach(gone -> at.nodes.remove((String) gone));
        toldAlerts.clear();
      }
      case "consensus" -> at.networks = data.getJsonArray("networks");
      case "alert" -> {
        String alert = data.getString("id");
        if (data.getBoolean("gone", false) || data.getString("status").equals("resolved")) {
          at.alerts.remove(alert);
          toldAlerts.remove(alert);
        } else {
          at.alerts.put(alert, data);
          toldAlerts.add(alert);
        }
      }
      case "clock" -> {
        if (data.getBoolean("whole", false)) {
          fleet = at;
          fresh = null;
          known = true;
          if (data.getJsonObject("alerts") != null) {
            fleet.alerts.keySet().retainAll(toldAlerts);
          }
          toldAlerts.clear();
        }
      }
      default -> throw new AssertionError("unheard of: " + name);
    }
    if (id != null) {
      cursor = id;
    }
  }

  private void snapshot(JsonObject data) {
    Fleet next = fresh == null ? new Fleet() : fresh;
    fresh = next;
    toldAlerts.clear();
    merge(next, data.getJsonArray("nodes"));
    data.getJsonArray("heads")
        .forEach(head -> next.heads.put(((JsonObject) head).getInteger("id"), (JsonObject) head));
  }

  private static void merge(Fleet fleet, JsonArray nodes) {
    for (Object each : nodes) {
      JsonObject node = (JsonObject) each;
      fleet.nodes.merge(
          node.getString("peerId"), node, (old, news) -> old.copy().mergeIn(news.copy()));
    }
  }

  @Nullable String cursor() {
    return cursor;
  }

  boolean known() {
    return known;
  }

  /** Everything that it shows; for heads, the nodes that are on them. */
  JsonObject shown() {
    JsonObject nodes = new JsonObject();
    fleet.nodes.forEach(
        (peerId, node) -> {
          JsonObject shown = node.copy();
          Integer head = node.getInteger("head");
          if (head != null) {
            shown.put("head", Objects.requireNonNull(fleet.heads.get(head)).getJsonArray("cids"));
          }
          nodes.put(peerId, shown);
        });
    JsonObject alerts = new JsonObject();
    fleet.alerts.forEach(alerts::put);
    return new JsonObject()
        .put("nodes", nodes)
        .put("networks", fleet.networks)
        .put("alerts", alerts);
  }

  /** The counts of a clock event, computed from its own data. */
  JsonObject counts() {
    JsonObject alerts = new JsonObject().put("pending", 0L).put("firing", 0L);
    alerts.put("acknowledged", 0L);
    fleet.alerts.values().stream()
        .map(alert -> alert.getString("status"))
        .forEach(status -> alerts.put(status, alerts.getLong(status) + 1));
    return new JsonObject()
        .put("cursor", cursor)
        .put("nodes", fleet.nodes.size())
        .put("alerts", alerts);
  }
}
