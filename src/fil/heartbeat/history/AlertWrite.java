package fil.heartbeat.history;

import io.vertx.core.Promise;
import java.util.List;

/**
 * Changes of alerting that are written together or not at all.
 *
 * @param done completed when it is committed; failed when it never will be
 */
record AlertWrite(List<AlertStore.Entry> entries, List<ResolvedRow> resolved, Promise<Void> done) {
  AlertWrite {
    entries = List.copyOf(entries);
    resolved = List.copyOf(resolved);
  }

  int size() {
    return entries.size() + resolved.size();
  }
}
