package fil.heartbeat.api.feed;

import fil.heartbeat.aggregator.Node;
import fil.heartbeat.api.feed.FeedEvents.Kind;
import fil.heartbeat.api.feed.FeedModel.Delta;
import fil.heartbeat.api.feed.FeedModel.Row;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The events for all viewers with one filter: a snapshot, then one piece for each moment at which
 * something changed. The last pieces are retained for viewers that come back or fell behind.
 */
final class FeedChannel {
  /** Nodes in one event of a snapshot: some 200 KiB. */
  static final int CHUNK = 500;

  /** A minute at four pieces a second. */
  static final int MAX_PIECES = 240;

  /** Of all retained pieces; a larger single piece is not retained. */
  static final int MAX_BYTES = 4 * 1024 * 1024;

  /** A snapshot is sent again, with the pieces since, for at most ten seconds. */
  static final int MAX_PIECES_BEHIND_SNAPSHOT = 40;

  /** So few bytes are never worth a snapshot. */
  private static final int FEW_BYTES = 64 * 1024;

  /** Memory of one entry of a set. */
  private static final int ENTRY_BYTES = 64;

  /** Heads that need not be sent again; beyond this number only those that a member is on. */
  private static final int SPARE_HEADS = 512;

  private record Snapshot(long number, FeedEvents events) {}

  /** The changes of one moment. */
  private static final class Piece {
    private final long number;
    private final FeedEvents events;
    private final String cursor;
    private @Nullable FeedEvents bare;

    private Piece(long number, FeedEvents events, String cursor) {
      this.number = number;
      this.events = events;
      this.cursor = cursor;
    }

    /** Returns the events without their cursor, to be sent after a snapshot. */
    private FeedEvents bare(FeedBudget budget) {
      FeedEvents made = bare;
      if (made == null) {
        made = events.without(cursor);
        made.hold(budget);
        bare = made;
      }
      return made;
    }

    private void letGo() {
      events.letGo();
      FeedEvents made = bare;
      if (made != null) {
        made.letGo();
      }
    }
  }

  private final String run;
  private final Predicate<Node> filter;
  private final FeedBudget budget;
  private final Set<String> members = new HashSet<>();
  private final Deque<Piece> pieces = new ArrayDeque<>();
  private int bytes;
  private long number;
  private final Set<Integer> toldHeads = new HashSet<>();
  private @Nullable Snapshot snapshot;

  /** Bytes of the last snapshot, which may have been dropped. */
  private long snapshotBytes;

  /** Bytes of the budget taken by the members and the heads that were sent. */
  private long weighed;

  /**
   * @param run distinguishes this channel from every other, of this process or an earlier one
   * @param budget counts the retained bytes
   */
  FeedChannel(String run, Predicate<Node> filter, FeedModel model, FeedBudget budget) {
    this.run = run;
    this.filter = filter;
    this.budget = budget;
    for (Row row : model.rows()) {
      if (filter.test(row.node())) {
        members.add(row.node().peerId());
      }
    }
    weigh();
  }

  private void weigh() {
    long now = (long) ENTRY_BYTES * (members.size() + toldHeads.size());
    budget.add(now - weighed);
    weighed = now;
  }

  /** Returns the number of nodes that this channel shows. */
  int size() {
    return members.size();
  }

  /** Returns the bytes of the last snapshot; 0 before the first. */
  long snapshotBytes() {
    return snapshotBytes;
  }

  /** Returns the retained bytes. */
  long bytes() {
    return weighed + bytes + (snapshot == null ? 0 : snapshotBytes);
  }

  /** Releases all that is retained. */
  void close() {
    pieces.forEach(Piece::letGo);
    pieces.clear();
    bytes = 0;
    forgetSnapshot();
    members.clear();
    toldHeads.clear();
    weigh();
  }

  private void forgetSnapshot() {
    if (snapshot != null) {
      snapshot.events().letGo();
      snapshot = null;
    }
  }

  /** Returns the number of the last piece. */
  long number() {
    return number;
  }

  /**
   * Takes the changes and returns the events for them; empty when this filter shows none of them.
   *
   * @param common events that are sent whatever the filter shows
   */
  Optional<FeedEvents> take(Delta delta, String common, FeedModel model) {
    JsonArray nodes = new JsonArray();
    JsonArray removed = new JsonArray();
    StringBuilder text = new StringBuilder();
    for (String peerId : delta.removed()) {
      if (members.remove(peerId)) {
        removed.add(peerId);
      }
    }
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
                return;
              }
              boolean entered = members.add(peerId);
              Integer head = row.head();
              if (head != null && toldHeads.add(head)) {
                text.append(FeedEvents.text(Kind.HEAD, model.head(head).json(), null));
              }
              nodes.add(json(entered ? row.members() : news));
            });
    text.append(common);
    if (nodes.isEmpty() && removed.isEmpty() && text.isEmpty()) {
      return Optional.empty();
    }
    number++;
    JsonObject data = new JsonObject().put("nodes", nodes).put("removed", removed);
    text.append(FeedEvents.text(Kind.DELTA, data, cursor()));
    FeedEvents events = FeedEvents.of(text.toString());
    keep(new Piece(number, events, cursor()));
    if (toldHeads.size() > 2 * members.size() + SPARE_HEADS) {
      toldHeads.retainAll(headsOf(shown(model)));
    }
    if (snapshot != null && number - snapshot.number() > MAX_PIECES_BEHIND_SNAPSHOT) {
      // This snapshot would not be sent again.
      forgetSnapshot();
    }
    weigh();
    return Optional.of(events);
  }

  /**
   * Returns the nodes and networks for a new stream: current ones, or a recent snapshot with the
   * pieces since, so that many streams that begin at once cost one snapshot. None of these events
   * has a cursor.
   */
  List<FeedEvents> beginning(FeedModel model, JsonObject consensus) {
    Snapshot known = snapshot;
    if (known != null && number - known.number() <= MAX_PIECES_BEHIND_SNAPSHOT) {
      Optional<List<Piece>> missed = piecesSince(known.number()).filter(this::isLessThanSnapshot);
      if (missed.isPresent()) {
        List<FeedEvents> all = new ArrayList<>(List.of(known.events()));
        missed.get().forEach(piece -> all.add(piece.bare(budget)));
        return all;
      }
    }
    FeedEvents made = FeedEvents.of(snapshotText(model, consensus));
    forgetSnapshot();
    made.hold(budget);
    snapshot = new Snapshot(number, made);
    snapshotBytes = made.length();
    weigh();
    return List.of(made);
  }

  /**
   * Returns the pieces after a number, if all of them are retained and they are smaller than a
   * snapshot.
   */
  Optional<List<FeedEvents>> fewSince(long seen) {
    return piecesSince(seen).filter(this::isLessThanSnapshot).map(FeedChannel::events);
  }

  private boolean isLessThanSnapshot(List<Piece> missed) {
    return missed.stream().mapToInt(piece -> piece.events.length()).sum()
        <= Math.max(FEW_BYTES, snapshotBytes);
  }

  private List<Row> shown(FeedModel model) {
    return model.rows().stream().filter(row -> members.contains(row.node().peerId())).toList();
  }

  private static Set<Integer> headsOf(List<Row> rows) {
    Set<Integer> heads = new LinkedHashSet<>();
    for (Row row : rows) {
      Integer head = row.head();
      if (head != null) {
        heads.add(head);
      }
    }
    return heads;
  }

  private String snapshotText(FeedModel model, JsonObject consensus) {
    List<Row> shown = shown(model);
    // A stream that begins with this snapshot knows no other heads.
    toldHeads.clear();
    StringBuilder text = new StringBuilder();
    int at = 0;
    do {
      List<Row> rows = shown.subList(at, Math.min(shown.size(), at + CHUNK));
      at += rows.size();
      boolean more = at < shown.size();
      List<JsonObject> heads =
          headsOf(rows).stream().filter(toldHeads::add).map(id -> model.head(id).json()).toList();
      JsonObject data =
          new JsonObject()
              .put("nodes", new JsonArray(rows.stream().map(row -> json(row.members())).toList()))
              .put("heads", new JsonArray(heads))
              .put("more", more);
      text.append(FeedEvents.text(Kind.SNAPSHOT, data, null));
    } while (at < shown.size());
    return text.append(FeedEvents.text(Kind.CONSENSUS, consensus, null)).toString();
  }

  /**
   * Returns the pieces after a cursor.
   *
   * @return empty when the cursor is not of this channel, or not all pieces are retained
   */
  Optional<List<FeedEvents>> since(@Nullable String cursor) {
    if (cursor == null || !cursor.startsWith(run + '.')) {
      return Optional.empty();
    }
    try {
      return piecesSince(Long.parseLong(cursor.substring(run.length() + 1)))
          .map(FeedChannel::events);
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  private Optional<List<Piece>> piecesSince(long seen) {
    long oldest = pieces.isEmpty() ? number + 1 : pieces.getFirst().number;
    if (seen > number || seen < oldest - 1) {
      return Optional.empty();
    }
    return Optional.of(pieces.stream().filter(piece -> piece.number > seen).toList());
  }

  private static List<FeedEvents> events(List<Piece> pieces) {
    return pieces.stream().map(piece -> piece.events).toList();
  }

  private void keep(Piece piece) {
    pieces.addLast(piece);
    piece.events.hold(budget);
    bytes += piece.events.length();
    while (!pieces.isEmpty() && (pieces.size() > MAX_PIECES || bytes > MAX_BYTES)) {
      Piece oldest = pieces.removeFirst();
      oldest.letGo();
      bytes -= oldest.events.length();
    }
  }

  /** The cursor of a viewer that has seen all events of this channel so far. */
  String cursor() {
    return run + '.' + number;
  }

  private static JsonObject json(Map<String, @Nullable Object> members) {
    JsonObject json = new JsonObject();
    members.forEach(json::put);
    return json;
  }
}
