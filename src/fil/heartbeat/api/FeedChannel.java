package fil.heartbeat.api;

import fil.heartbeat.aggregator.Node;
import fil.heartbeat.api.FeedModel.Delta;
import fil.heartbeat.api.FeedModel.Head;
import fil.heartbeat.api.FeedModel.Row;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What all viewers with one filter are told: a snapshot, then one piece for each moment at which
 * something changed. The last pieces are kept for viewers that come back or fell behind.
 */
final class FeedChannel {
  /** Nodes in one event of a snapshot: some 200 KiB. */
  static final int CHUNK = 500;

  /** A minute at four pieces a second. */
  static final int MAX_PIECES = 240;

  /** Of all pieces kept; one larger than this is not kept. */
  static final int MAX_BYTES = 4 * 1024 * 1024;

  private record Piece(long number, FeedEvents events) {}

  private final String run;
  private final Predicate<Node> filter;
  private final Set<String> members = new HashSet<>();
  private final Deque<Piece> pieces = new ArrayDeque<>();
  private int bytes;
  private long number;
  private @Nullable FeedEvents snapshot;

  /**
   * @param run what tells this process from an earlier one
   */
  FeedChannel(String run, Predicate<Node> filter, FeedModel model) {
    this.run = run;
    this.filter = filter;
    for (Row row : model.rows()) {
      if (filter.test(row.node())) {
        members.add(row.node().peerId());
      }
    }
  }

  /** The number of the last piece. */
  long number() {
    return number;
  }

  /** Takes what changed; empty when this filter shows nothing of it. */
  Optional<FeedEvents> take(Delta delta, Optional<String> consensus, FeedModel model) {
    JsonArray nodes = new JsonArray();
    JsonArray removed = new JsonArray();
    delta
        .removed()
        .forEach(
            peerId -> {
              if (members.remove(peerId)) {
                removed.add(peerId);
              }
            });
    delta
        .changed()
        .forEach(
            (peerId, news) -> {
              Row row = model.row(peerId);
              if (row == null) {
                return;
              }
              if (!filter.test(row.node())) {
                if (members.remove(peerId)) {
                  removed.add(peerId);
                }
              } else if (members.add(peerId)) {
                nodes.add(json(row.members()));
              } else {
                nodes.add(json(news));
              }
            });
    StringBuilder text = new StringBuilder();
    for (Head head : delta.heads()) {
      text.append(FeedEvents.text("head", head.json().encode(), null));
    }
    consensus.ifPresent(networks -> text.append(FeedEvents.text("consensus", networks, null)));
    boolean moved = !nodes.isEmpty() || !removed.isEmpty();
    if (!moved && text.isEmpty()) {
      return Optional.empty();
    }
    number++;
    JsonObject data = new JsonObject().put("nodes", nodes).put("removed", removed);
    text.append(FeedEvents.text("delta", data.encode(), id()));
    FeedEvents events = FeedEvents.of(text.toString());
    keep(new Piece(number, events));
    snapshot = null;
    return Optional.of(events);
  }

  /** Everything as it is now; made once for all who ask before the next piece. */
  FeedEvents snapshot(FeedModel model, String consensus) {
    FeedEvents known = snapshot;
    if (known == null) {
      known = FeedEvents.of(snapshotText(model, consensus));
      snapshot = known;
    }
    return known;
  }

  private String snapshotText(FeedModel model, String consensus) {
    List<Row> shown =
        model.rows().stream().filter(row -> members.contains(row.node().peerId())).toList();
    StringBuilder text = new StringBuilder();
    int at = 0;
    do {
      List<Row> rows = shown.subList(at, Math.min(shown.size(), at + CHUNK));
      at += rows.size();
      boolean more = at < shown.size();
      JsonObject data =
          new JsonObject()
              .put("nodes", new JsonArray(rows.stream().map(row -> json(row.members())).toList()))
              .put("heads", new JsonArray(model.headsOf(rows).stream().map(Head::json).toList()))
              .put("more", more);
      text.append(FeedEvents.text("snapshot", data.encode(), more ? null : id()));
    } while (at < shown.size());
    return text.append(FeedEvents.text("consensus", consensus, null)).toString();
  }

  /**
   * The pieces after one that a viewer has seen, in its own words.
   *
   * @return empty when they are not all here
   */
  Optional<List<FeedEvents>> since(@Nullable String lastId) {
    if (lastId == null || !lastId.startsWith(run + '.')) {
      return Optional.empty();
    }
    try {
      return since(Long.parseLong(lastId.substring(run.length() + 1)));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  /** The pieces after a number; empty when they are not all here. */
  Optional<List<FeedEvents>> since(long seen) {
    long oldest = pieces.isEmpty() ? number + 1 : pieces.getFirst().number();
    if (seen > number || seen < oldest - 1) {
      return Optional.empty();
    }
    List<FeedEvents> missed = new ArrayList<>();
    for (Piece piece : pieces) {
      if (piece.number() > seen) {
        missed.add(piece.events());
      }
    }
    return Optional.of(missed);
  }

  private void keep(Piece piece) {
    pieces.addLast(piece);
    bytes += piece.events().length();
    while (!pieces.isEmpty() && (pieces.size() > MAX_PIECES || bytes > MAX_BYTES)) {
      bytes -= pieces.removeFirst().events().length();
    }
  }

  private String id() {
    return run + '.' + number;
  }

  private static JsonObject json(Map<String, @Nullable Object> members) {
    JsonObject json = new JsonObject();
    members.forEach(json::put);
    return json;
  }
}
