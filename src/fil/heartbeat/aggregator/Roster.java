package fil.heartbeat.aggregator;

import fil.heartbeat.fleet.Expected;
import fil.heartbeat.libp2p.PeerId;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Who is known: the expected for ever, of the others the longest silent go first. Counts versions,
 * so that a feed can ask what changed.
 */
final class Roster {

  /** Removals told to a feed that was away; one that was away longer begins anew. */
  private static final int MAX_REMOVED = 4096;

  private record Removed(String peerId, long version) {}

  private final int maxNodes;
  private final Consumer<Slot> onForgotten;
  private final Map<String, Slot> byId = new LinkedHashMap<>();
  // In order of the last beat; the expected are not in it.
  private final LinkedHashMap<PeerId, Slot> strangers = new LinkedHashMap<>(16, 0.75f, true);
  private final Map<PeerId, Slot> fleet = new HashMap<>();
  private final Deque<Removed> removed = new ArrayDeque<>();
  private long version = 1;
  private long lostBefore;
  private long forgotten;

  Roster(int maxNodes, Consumer<Slot> onForgotten) {
    this.maxNodes = maxNodes;
    this.onForgotten = onForgotten;
  }

  /** The slot of a peer that speaks now; null when it has none. */
  @Nullable Slot heard(PeerId peer) {
    Slot expected = fleet.get(peer);
    return expected != null ? expected : strangers.get(peer);
  }

  @Nullable Slot find(String peerId) {
    return byId.get(peerId);
  }

  Collection<Slot> all() {
    return Collections.unmodifiableCollection(byId.values());
  }

  /** Adds a peer, forgetting the longest silent stranger when there are too many. */
  void add(Slot slot) {
    if (byId.size() >= maxNodes && !strangers.isEmpty()) {
      forget(strangers.values().iterator().next());
      forgotten++;
    }
    byId.put(slot.peerId, slot);
    if (slot.expected == null) {
      strangers.put(slot.peer, slot);
    } else {
      fleet.put(slot.peer, slot);
    }
    changed(slot);
  }

  /** Makes a peer one of the fleet, or no longer. */
  void expect(Slot slot, @Nullable Expected as) {
    slot.expected = as;
    strangers.remove(slot.peer);
    fleet.remove(slot.peer);
    if (as == null) {
      strangers.put(slot.peer, slot);
    } else {
      fleet.put(slot.peer, slot);
    }
    changed(slot);
  }

  void forget(Slot slot) {
    byId.remove(slot.peerId);
    strangers.remove(slot.peer);
    fleet.remove(slot.peer);
    version++;
    removed.addLast(new Removed(slot.peerId, version));
    if (removed.size() > MAX_REMOVED) {
      lostBefore = removed.removeFirst().version();
    }
    onForgotten.accept(slot);
  }

  /** Forgets strangers that have been silent since before this moment. */
  void forgetSilentSince(Instant before) {
    Iterator<Slot> eldest = strangers.values().iterator();
    while (eldest.hasNext()) {
      Slot slot = eldest.next();
      Instant last = slot.lastBeat;
      if (last != null && !last.isBefore(before)) {
        return;
      }
      forget(slot);
      // The order changed under the iterator.
      eldest = strangers.values().iterator();
    }
  }

  void changed(Slot slot) {
    version++;
    slot.changedAt = version;
  }

  long version() {
    return version;
  }

  /** Peers forgotten to make room, ever. */
  long forgotten() {
    return forgotten;
  }

  /** Whether what was removed since a version is still known. */
  boolean tells(long since) {
    return since > 0 && since <= version && since >= lostBefore;
  }

  List<String> removedSince(long since) {
    return removed.stream().filter(each -> each.version() > since).map(Removed::peerId).toList();
  }
}
