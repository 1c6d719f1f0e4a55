package fil.heartbeat.alert.state;

import fil.heartbeat.context.Futures;
import fil.heartbeat.history.AlertStore;
import fil.heartbeat.history.ResolvedRow;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Passes changes to the store, one write at a time. Changes that wait for the write in flight are
 * merged: only an entry's last value is written. A failed write is part of the next one. One
 * context.
 */
public final class StateWriter {
  private static final Logger log = LoggerFactory.getLogger(StateWriter.class);

  /** How long a write may take before the store is at fault. */
  public static final Duration PATIENCE = Duration.ofSeconds(2);

  static final String DROPPED_ENDED = "history-full";
  static final String DROPPED_PIECES = "history-full-pieces";

  private record EntryKey(String kind, String id) {}

  private record Batch(List<AlertStore.Entry> entries, List<ResolvedRow> resolved) {}

  private final AlertStore store;
  private final InstantSource clock;
  private final AlertBounds bounds;
  private final Map<EntryKey, AlertStore.Entry> entries = new LinkedHashMap<>();

  /**
   * Deletions. While the store is down only they and resolved alerts grow, since a waiting entry is
   * dropped with its subject. An entry that was not deleted is found by the next start, which
   * evaluates it again.
   */
  private final Map<EntryKey, AlertStore.Entry> gone = new LinkedHashMap<>();

  private final Map<String, ResolvedRow> resolved = new LinkedHashMap<>();
  private @Nullable Promise<Void> next;
  private @Nullable Promise<Void> current;
  private Instant begun = Instant.EPOCH;
  private @Nullable String fault;
  private long droppedEnded;
  private long droppedPieces;

  /**
   * @param bounds of what waits for the store
   */
  public StateWriter(AlertStore store, InstantSource clock, AlertBounds bounds) {
    this.store = store;
    this.clock = clock;
    this.bounds = bounds;
  }

  /** Completes when everything passed so far is stored; fails when this attempt failed. */
  public Future<Void> write(List<AlertStore.Entry> changed, List<ResolvedRow> ended) {
    add(new Batch(changed, ended));
    bound();
    if (entries.isEmpty() && gone.isEmpty() && resolved.isEmpty()) {
      return current == null ? Future.succeededFuture() : current.future();
    }
    Promise<Void> waiting = next;
    if (waiting == null) {
      waiting = Promise.promise();
      next = waiting;
    }
    begin();
    return waiting.future();
  }

  private void begin() {
    Promise<Void> done = next;
    if (current != null || done == null) {
      return;
    }
    current = done;
    next = null;
    begun = clock.instant();
    Batch all = takeAll();
    Futures.logged(
        Futures.call(() -> store.write(all.entries(), all.resolved()))
            .onComplete(
                result -> {
                  current = null;
                  if (result.succeeded()) {
                    fault = null;
                    done.complete();
                    begin();
                  } else {
                    // Not retried at once: the next change or the next second includes it.
                    fault = String.valueOf(result.cause().getMessage());
                    putBack(all);
                    done.fail(result.cause());
                  }
                }),
        log,
        "write of alerts");
  }

  private Batch takeAll() {
    Batch all = new Batch(waiting(), List.copyOf(resolved.values()));
    entries.clear();
    gone.clear();
    resolved.clear();
    return all;
  }

  private void add(Batch more) {
    more.entries().forEach(this::put);
    more.resolved().forEach(alert -> resolved.put(alert.id(), alert));
  }

  private void putBack(Batch all) {
    Batch since = takeAll();
    add(all);
    add(since);
    bound();
  }

  private void put(AlertStore.Entry entry) {
    EntryKey key = new EntryKey(entry.kind(), entry.id());
    boolean goes = entry.body() == null;
    (goes ? entries : gone).remove(key);
    (goes ? gone : entries).put(key, entry);
  }

  private List<AlertStore.Entry> waiting() {
    List<AlertStore.Entry> all = new ArrayList<>(entries.values());
    all.addAll(gone.values());
    return all;
  }

  private void bound() {
    droppedEnded += dropOldest(resolved, bounds.resolved());
    droppedPieces += dropOldest(entries, bounds.entries()) + dropOldest(gone, bounds.removals());
  }

  private static int dropOldest(Map<?, ?> waiting, int most) {
    int tooMany = Math.max(0, waiting.size() - most);
    Iterator<?> oldest = waiting.values().iterator();
    for (int i = 0; i < tooMany; i++) {
      Object unused = oldest.next();
      oldest.remove();
    }
    return tooMany;
  }

  /** Adjusts stored times after the clock was set. */
  public void moved(Duration by) {
    begun = begun.plus(by);
  }

  /** Whether the store is so late that it is not worth waiting for. */
  public boolean isLate(Instant now) {
    return fault != null || (current != null && now.isAfter(begun.plus(PATIENCE)));
  }

  /** Why alerts are not stored; empty when they are. */
  public Optional<String> fault(Instant now) {
    if (fault != null) {
      return Optional.of(fault);
    }
    return isLate(now) ? Optional.of("the store does not answer") : Optional.empty();
  }

  /** Since the start, resolved alerts that are missing in the history, and outdated entries. */
  public Map<String, Long> dropped() {
    return Map.of(DROPPED_ENDED, droppedEnded, DROPPED_PIECES, droppedPieces);
  }
}
