package fil.heartbeat.api.feed;

import fil.heartbeat.aggregator.Changes;
import fil.heartbeat.aggregator.Node;
import fil.heartbeat.api.http.Times;
import fil.heartbeat.api.rest.NodeMember;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
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
 * number. Members that change with every beat are left out, and ages that only grew with the time
 * are not sent again: a row says at which time it had them.
 */
final class FeedModel {
  private static final Set<NodeMember> SENT =
      EnumSet.complementOf(EnumSet.of(NodeMember.LAST_BEAT, NodeMember.BEATS, NodeMember.HEAD));

  /** Members with ages, which are those of {@link #AGES_AT}. */
  private static final Set<NodeMember> AGED =
      EnumSet.of(NodeMember.BALANCES, NodeMember.PROVING, NodeMember.PENDING_MESSAGES);

  /** When the ages of a row were so. */
  private static final String AGES_AT = "agesAt";

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

  /**
   * A node.
   *
   * @param at when it was so
   * @param head the number of its head; null without one
   */
  record Row(Node node, Instant at, @Nullable Integer head) {

    /** Returns its members as the feed sends them. */
    Map<String, @Nullable Object> members() {
      Map<String, @Nullable Object> members = new LinkedHashMap<>();
      for (NodeMember member : SENT) {
        put(members, member);
      }
      members.put(NodeMember.HEAD.key(), head);
      return members;
    }

    /** Returns the members that changed, and the peer id; empty when none did. */
    private Map<String, @Nullable Object> since(Row before) {
      Map<String, @Nullable Object> news = new LinkedHashMap<>();
      long seconds = Duration.between(before.at, at).toSeconds();
      boolean aged = AGED.stream().anyMatch(each -> !each.isSame(before.node, node, seconds));
      for (NodeMember member : SENT) {
        // All ages of a row are those of one moment.
        if (AGED.contains(member) ? aged : !member.isSame(before.node, node)) {
          put(news, member);
        }
      }
      if (!Objects.equals(before.head, head)) {
        news.put(NodeMember.HEAD.key(), head);
      }
      if (!news.isEmpty()) {
        news.put(NodeMember.PEER_ID.key(), node.peerId());
      }
      return news;
    }

    private void put(Map<String, @Nullable Object> members, NodeMember member) {
      Object value = member.of(node);
      members.put(member.key(), value);
      if (value != null && AGED.contains(member)) {
        members.put(AGES_AT, Times.text(at));
      }
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
    Instant at = changes.overview().at();
    Map<String, Row> next = new LinkedHashMap<>();
    Map<String, Map<String, @Nullable Object>> changed = new LinkedHashMap<>();
    for (Node node : changes.nodes()) {
      Row before = rows.get(node.peerId());
      Row row = new Row(node, at, headId(node, before));
      Map<String, @Nullable Object> news = before == null ? row.members() : row.since(before);
      next.put(node.peerId(), row);
      if (!news.isEmpty()) {
        changed.put(node.peerId(), news);
      }
    }
    Set<String> removed = new LinkedHashSet<>(changes.removed());
    if (changes.complete()) {
      Set<String> left = new HashSet<>(rows.keySet());
      left.removeAll(next.keySet());
      removed.addAll(left);
    }
    removed.removeIf(peerId -> rows.remove(peerId) == null);
    removed.removeAll(next.keySet());
    rows.putAll(next);
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

  private @Nullable Integer headId(Node node, @Nullable Row before) {
    List<String> cids = node.claims().head();
    if (cids.isEmpty()) {
      return null;
    }
    if (before != null && before.node.claims().equals(node.claims())) {
      return before.head;
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

  private void dropUnusedHeads() {
    Set<Integer> used = new HashSet<>();
    rows.values().forEach(row -> used.add(row.head()));
    heads.values().removeIf(head -> !used.contains(head.id()));
    headsById.keySet().retainAll(used);
  }
}
