package fil.heartbeat.history;

import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The port to what alerts keep over a restart: named pieces of text, and those that are over.
 * Thread-safe. Futures complete on the caller's context.
 */
public interface AlertStore {

  /**
   * One piece.
   *
   * @param kind such as {@code alert} or {@code silence}
   * @param id unique within the kind
   * @param body JSON; null takes it away
   */
  record Entry(String kind, String id, @Nullable String body) {}

  /** What was kept; to be asked once, before the first write. */
  Future<List<Entry>> entries();

  /**
   * Writes all of it or nothing, ahead of everything that waits. Succeeds when the end of this
   * process cannot lose it any more. What cannot be written is tried again until it can, in order;
   * the future waits for that. Fails with {@link HistoryException} when too many writes wait or the
   * store is closed.
   */
  Future<Void> write(List<Entry> entries, List<ResolvedRow> resolved);

  /**
   * Alerts that are over, the newest end first: those of 90 days, and 100 000 at most. Times have
   * milliseconds.
   *
   * @param peerId null for all
   * @param before null for the newest
   * @param limit 1 to 1000
   */
  Future<List<ResolvedRow>> resolved(@Nullable String peerId, @Nullable Instant before, int limit);

  /** As {@link History#whenBegunAnew}: what is to be kept is to be written again then. */
  default Runnable whenBegunAnew(Runnable again) {
    return () -> {};
  }
}
