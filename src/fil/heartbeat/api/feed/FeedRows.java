package fil.heartbeat.api.feed;

import fil.heartbeat.aggregator.Node;
import fil.heartbeat.api.http.Times;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The beats of the rows that viewers have in sight. Viewers of the same rows get the same piece,
 * and a row is in it only if it has beaten since the last one.
 *
 * @param <V> a viewer
 */
final class FeedRows<V> {
  /** Peer ids in one question to the aggregator; with more, groups of viewers take turns. */
  static final int MAX_ASKED = 2_000;

  /** One piece and its viewers. */
  record RowEvent<V>(FeedEvents piece, List<V> viewers) {}

  private static final class Group<V> {
    private final Map<String, Long> beats = new HashMap<>();
    private final Set<V> viewers = new LinkedHashSet<>();

    /** Viewers that need every row, because they are new or missed a piece. */
    private final Set<V> fresh = new LinkedHashSet<>();
  }

  private final Map<List<String>, Group<V>> groups = new LinkedHashMap<>();

  /** Adds a viewer of these peer ids. */
  void add(V viewer, List<String> rows) {
    if (!rows.isEmpty()) {
      Group<V> group = groups.computeIfAbsent(rows, made -> new Group<>());
      group.viewers.add(viewer);
      group.fresh.add(viewer);
    }
  }

  /** Removes a viewer. */
  void remove(V viewer, List<String> rows) {
    Group<V> group = groups.get(rows);
    if (group != null) {
      group.viewers.remove(viewer);
      group.fresh.remove(viewer);
      if (group.viewers.isEmpty()) {
        groups.remove(rows);
      }
    }
  }

  /** Notes that a viewer could not take its last piece. */
  void missed(V viewer, List<String> rows) {
    Group<V> group = groups.get(rows);
    if (group != null && group.viewers.contains(viewer)) {
      group.fresh.add(viewer);
    }
  }

  /** Returns the peer ids to ask about now; their groups are last the next time. */
  Set<String> turn() {
    Set<String> asked = new LinkedHashSet<>();
    for (List<String> rows : List.copyOf(groups.keySet())) {
      if (!asked.isEmpty() && asked.size() + rows.size() > MAX_ASKED) {
        break;
      }
      asked.addAll(rows);
      Group<V> group = groups.remove(rows);
      if (group != null) {
        groups.put(rows, group);
      }
    }
    return asked;
  }

  /** Returns the pieces to send for these nodes. */
  List<RowEvent<V>> take(List<Node> nodes) {
    Map<String, Node> byId = new HashMap<>();
    nodes.forEach(node -> byId.put(node.peerId(), node));
    List<RowEvent<V>> all = new ArrayList<>();
    groups.forEach(
        (rows, group) -> {
          List<Node> known = rows.stream().filter(byId::containsKey).map(byId::get).toList();
          List<Node> news = known.stream().filter(node -> hasBeaten(node, group.beats)).toList();
          known.forEach(node -> group.beats.put(node.peerId(), node.contact().beats()));
          List<V> informed =
              group.viewers.stream().filter(each -> !group.fresh.contains(each)).toList();
          if (!news.isEmpty() && !informed.isEmpty()) {
            all.add(new RowEvent<>(piece(news), informed));
          }
          if (!known.isEmpty() && !group.fresh.isEmpty()) {
            all.add(new RowEvent<>(piece(known), List.copyOf(group.fresh)));
            group.fresh.clear();
          }
        });
    return all;
  }

  private static boolean hasBeaten(Node node, Map<String, Long> beats) {
    Long before = beats.get(node.peerId());
    return before == null || before != node.contact().beats();
  }

  private static FeedEvents piece(List<Node> nodes) {
    JsonArray rows = new JsonArray();
    for (Node node : nodes) {
      rows.add(
          new JsonObject()
              .put("peerId", node.peerId())
              .put("lastBeat", Times.text(node.contact().lastBeat()))
              .put("beats", node.contact().beats()));
    }
    return FeedEvents.of(FeedEvents.Kind.ROWS, new JsonObject().put("rows", rows));
  }
}
