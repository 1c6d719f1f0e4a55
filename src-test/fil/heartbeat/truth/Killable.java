package fil.heartbeat.truth;

import fil.heartbeat.history.AlertStore;
import fil.heartbeat.history.HistoryException;
import fil.heartbeat.history.ResolvedRow;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A store of alerts whose process may end at once. */
final class Killable implements AlertStore {
  private final AlertStore store;
  private final boolean forgets;
  private volatile boolean killed;

  /**
   * @param forgets whether a start finds nothing, which is a lie
   */
  Killable(AlertStore store, boolean forgets) {
    this.store = store;
    this.forgets = forgets;
  }

  void kill() {
    killed = true;
  }

  @Override
  public Future<List<Entry>> entries() {
    return store.entries().map(kept -> forgets ? List.of() : kept);
  }

  @Override
  public Future<Void> write(List<Entry> entries, List<ResolvedRow> ended) {
    return killed
        ? Future.failedFuture(new HistoryException("killed", null))
        : store.write(entries, ended);
  }

  @Override
  public Future<List<ResolvedRow>> resolved(
      @Nullable String peerId, @Nullable Instant before, int limit) {
    return store.resolved(peerId, before, limit);
  }
}
