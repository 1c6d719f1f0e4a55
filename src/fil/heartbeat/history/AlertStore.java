package fil.heartbeat.history;

import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The interface to the stored state of alerting: named entries of text, and resolved alerts.
 * Thread-safe. Futures complete on the caller's context.
 */
public interface AlertStore {

  /**
   * One entry.
   *
   * @param kind such as {@code alert} or {@code silence}
   * @param id unique within the kind
   * @param body JSON; null deletes the entry
   */
  record Entry(String kind, String id, @Nullable String body) {}

  /** The stored entries; to be called once, before the first write. */
  Future<List<Entry>> entries();

  /**
   * Writes all of it or nothing, ahead of all other waiting writes. Succeeds when a crash of this
   * process cannot lose it any more. A failed write is retried, in order, until it succeeds; the
   * future waits for that. Fails with {@link HistoryException} when too many writes wait or the
   * store is closed.
   */
  Future<Void> write(List<Entry> entries, List<ResolvedRow> resolved);

  /**
   * Resolved alerts, the latest end first: those of 90 days, and 100 000 at most. Times have
   * milliseconds.
   *
   * @param peerId null for all
   * @param before null for the newest
   * @param limit 1 to 1000
   */
  Future<List<ResolvedRow>> resolved(@Nullable String peerId, @Nullable Instant before, int limit);

  /** As {@link History#whenBegunAnew}: all state must then be written again. */
  default Runnable whenBegunAnew(Runnable again) {
    return () -> {};
  }
}
