package fil.heartbeat.aggregator;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The entries in the order of their last change, so that a query for those since a version costs
 * what changed. A list through the entries themselves.
 */
final class RecentChanges {
  private @Nullable PeerEntry first;
  private @Nullable PeerEntry last;

  /** Makes an entry the last one. */
  void changed(PeerEntry entry) {
    if (last == entry) {
      return;
    }
    remove(entry);
    PeerEntry before = last;
    entry.changedBefore = before;
    if (before == null) {
      first = entry;
    } else {
      before.changedAfter = entry;
    }
    last = entry;
  }

  void remove(PeerEntry entry) {
    PeerEntry before = entry.changedBefore;
    PeerEntry after = entry.changedAfter;
    if (before != null) {
      before.changedAfter = after;
    } else if (first == entry) {
      first = after;
    }
    if (after != null) {
      after.changedBefore = before;
    } else if (last == entry) {
      last = before;
    }
    entry.changedBefore = null;
    entry.changedAfter = null;
  }

  /** Returns those whose last change is newer than a version, the oldest change first. */
  List<PeerEntry> since(long version) {
    List<PeerEntry> found = new ArrayList<>();
    for (PeerEntry at = last; at != null && at.changedAt > version; at = at.changedBefore) {
      found.add(at);
    }
    Collections.reverse(found);
    return found;
  }
}
