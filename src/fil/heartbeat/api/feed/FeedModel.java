package fil.heartbeat.api.feed;

import fil.heartbeat.aggregator.Changes;
import fil.heartbeat.aggregator.Node;
import fil.heartbeat.api.rest.NodeMember;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The nodes as the feed sends them, and their changes. A head is sent once and referred to by a
 * number. Members that change with every beat are left out.
 */
final class FeedModel {
  private static final Set<NodeMember> LEFT_OUT =
      EnumSet.of(NodeMember.LAST_BEAT, NodeMember.BEATS, NodeMember.HEAD);

  /** Numbers of heads that no node is on are dropped when they outnumber the nodes by this many. */
  private static final int SPARE_HEADS = 1024;

  /** A tipset: equal CIDs at one height. */
  record Head(int id, @Nullable Long height, List<String> cids) {
    JsonObject json() {
      return new JsonObject()
          .put("id", id)
          .put("height", height)
          .put("cids", new JsonArray(List.copyOf(cids)));
    }
  }

  /** A node, and its members as the feed sends them. */
  record Row(Node node, Map<String, @Nullable Object> members) {
    /** Returns the number of the node's head. */
    @Nullable Integer head() {
      return (Integer) members.get(NodeMember.HEAD.key());
    }
  }

  /**
   * @param changed members of each node that changed; all of a new node
   * @param removed peer ids
   */
  record Delta(Map<String, Map<String, @Nullable Object>> changed, Set<String> removed) {
    static final Delta NONE = new Delta(Map.of(), Set.of());

    boolean isEmpty() {
      return changed.isEmpty() && removed.isEmpty();
    }
  }

  private record HeadKey(@Nullable Long height, List<String> cids) {}

  private final Map<String, Row> rows = new LinkedHashMap<>();
  private final Map<HeadKey, Head> heads = new LinkedHashMap<>();
  private final Map<Integer, Head> headsById = new HashMap<>();
  private int lastHead;

  /** Applies the changes of the aggregator: all of them, or none when it throws. */
  Delta apply(Changes changes) {
    // What may throw comes first: a change applied in part would be sent in part, and never again.
    List<Row> next = changes.nodes().stream().map(node -> new Row(node, members(node))).toList();
    Map<String, Map<String, @Nullable Object>> changed = new LinkedHashMap<>();
    Set<String> removed = new LinkedHashSet<>(changes.removed());
    if (changes.complete()) {
      Set<String> left = new HashSet<>(rows.keySet());
      changes.nodes().forEach(node -> left.remove(node.peerId()));
      removed.addAll(left);
    }
    removed.removeIf(peerId -> rows.remove(peerId) == null);
    for (Row row : next) {
      String peerId = row.node().peerId();
      Row before = rows.put(peerId, row);
      Map<String, @Nullable Object> news =
          before == null ? row.members() : news(before, row.members());
      if (!news.isEmpty()) {
        changed.put(peerId, news);
      }
      removed.remove(peerId);
    }
    if (heads.size() > rows.size() + SPARE_HEADS) {
      dropUnusedHeads();
    }
    return new Delta(changed, removed);
  }

  @Nullable Row row(String peerId) {
    return rows.get(peerId);
  }

  Collection<Row> rows() {
    return rows.values();
  }

  /** Returns a head by its number, which must be that of a node's head. */
  Head head(int id) {
    return Objects.requireNonNull(headsById.get(id));
  }

  private Map<String, @Nullable Object> members(Node node) {
    Map<String, @Nullable Object> members = new LinkedHashMap<>();
    for (NodeMember member : NodeMember.values()) {
      if (!LEFT_OUT.contains(member)) {
        members.put(member.key(), member.of(node));
      }
    }
    members.put(NodeMember.HEAD.key(), headId(node));
    return members;
  }

  private @Nullable Integer headId(Node node) {
    List<String> cids = node.claims().head();
    if (cids.isEmpty()) {
      return null;
    }
    HeadKey key = new HeadKey(node.claims().height(), cids);
    Head known = heads.get(key);
    if (known == null) {
      lastHead++;
      known = new Head(lastHead, key.height(), cids);
      heads.put(key, known);
      headsById.put(known.id(), known);
    }
    return known.id();
  }

  private static Map<String, @Nullable Object> news(
      Row before, Map<String, @Nullable Object> members) {
    Map<String, @Nullable Object> news = new LinkedHashMap<>();
    members.forEach(
        (key, value) -> {
          if (!Objects.equals(before.members().get(key), value)) {
            news.put(key, value);
          }
        });
    if (!news.isEmpty()) {
      news.put(NodeMember.PEER_ID.key(), before.node().peerId());
    }
    return news;
  }

  private void dropUnusedHeads() {
    Set<Integer> used = new HashSet<>();
    rows.values().forEach(row -> used.add(row.head()));
    heads.values().removeIf(head -> !used.contains(head.id()));
    headsById.keySet().retainAll(used);
  }
}
