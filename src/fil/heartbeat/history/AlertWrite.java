package fil.heartbeat.history;

import io.vertx.core.Promise;
import java.util.List;

/**
 * What alerts want to be kept at once: all of it or nothing.
 *
 * @param done told when it is committed, or when it never will be
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
