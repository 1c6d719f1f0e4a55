package fil.heartbeat.alert;

import fil.heartbeat.history.AlertStore;
import fil.heartbeat.history.EndedAlert;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Hands the store what changed, one write at a time. What waits for the one under way is merged: a
 * piece's last value is the one that counts. What failed is in the next write. One context.
 */
final class Keeping {
  /** How long a write may take before the store is at fault. */
  static final Duration PATIENCE = Duration.ofSeconds(2);

  /** Alerts that are over and wait: a fleet of 10 000 that came back while the disk was full. */
  static final int MAX_ENDED = 10_000;

  static final String DROPPED_ENDED = "history-full";

  private record Key(String kind, String id) {}

  private final AlertStore store;
  private final InstantSource clock;
  private final Map<Key, AlertStore.Piece> pieces = new LinkedHashMap<>();
  private final Map<String, EndedAlert> ended = new LinkedHashMap<>();
  private @Nullable Promise<Void> next;
  private @Nullable Promise<Void> current;
  private Instant begun = Instant.EPOCH;
  private @Nullable String fault;
  private long dropped;

  Keeping(AlertStore store, InstantSource clock) {
    this.store = store;
    this.clock = clock;
  }

  /** Done when all that was ever handed over is kept; fails when this attempt did. */
  Future<Void> keep(Unsaved more) {
    more.pieces().forEach(piece -> pieces.put(new Key(piece.kind(), piece.id()), piece));
    more.ended().forEach(alert -> ended.put(alert.id(), alert));
    bound();
    if (pieces.isEmpty() && ended.isEmpty()) {
      return current == null ? Future.succeededFuture() : current.future();
    }
    Promise<Void> waiting = next;
    if (waiting == null) {
      waiting = Promise.promise();
      next = waiting;
    }
    write();
    return waiting.future();
  }

  private void write() {
    Promise<Void> done = next;
    if (current != null || done == null) {
      return;
    }
    current = done;
    next = null;
    begun = clock.instant();
    Unsaved all = new Unsaved(List.copyOf(pieces.values()), List.copyOf(ended.values()));
    pieces.clear();
    ended.clear();
    var ignored =
        asked(all)
            .onComplete(
                result -> {
                  current = null;
                  if (result.succeeded()) {
                    fault = null;
                    done.complete();
                    write();
                  } else {
                    // Not at once again: the next change or the next second brings it along.
                    fault = String.valueOf(result.cause().getMessage());
                    putBack(all);
                    done.fail(result.cause());
                  }
                });
  }

  private Future<Void> asked(Unsaved all) {
    try {
      return store.keep(all.pieces(), all.ended());
    } catch (RuntimeException e) {
      return Future.failedFuture(e);
    }
  }

  private void putBack(Unsaved all) {
    List<AlertStore.Piece> since = new ArrayList<>(pieces.values());
    List<EndedAlert> endedSince = new ArrayList<>(ended.values());
    pieces.clear();
    ended.clear();
    all.pieces().forEach(piece -> pieces.put(new Key(piece.kind(), piece.id()), piece));
    all.ended().forEach(alert -> ended.put(alert.id(), alert));
    since.forEach(piece -> pieces.put(new Key(piece.kind(), piece.id()), piece));
    endedSince.forEach(alert -> ended.put(alert.id(), alert));
    bound();
  }

  private void bound() {
    Iterator<EndedAlert> oldest = ended.values().iterator();
    for (int tooMany = ended.size() - MAX_ENDED; tooMany > 0; tooMany--) {
      EndedAlert unused = oldest.next();
      oldest.remove();
      dropped++;
    }
  }

  /** The clock was set. */
  void moved(Duration by) {
    begun = begun.plus(by);
  }

  /** Whether waiting for it is in vain for now. */
  boolean isLate(Instant now) {
    return fault != null || (current != null && now.isAfter(begun.plus(PATIENCE)));
  }

  /** Why alerts are not kept; empty when they are. */
  Optional<String> fault(Instant now) {
    if (fault != null) {
      return Optional.of(fault);
    }
    return isLate(now) ? Optional.of("the store does not answer") : Optional.empty();
  }

  /** Alerts that are over and will be in no history, ever. */
  long dropped() {
    return dropped;
  }
}
