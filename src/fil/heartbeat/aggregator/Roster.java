package fil.heartbeat.aggregator;

import fil.heartbeat.fleet.Expected;
import fil.heartbeat.fleet.Standing;
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
 * Who is known: the expected for ever, of the others the longest silent go first, and strangers
 * before voters. Counts versions, so that a feed can ask what changed.
 */
final class Roster {

  /** Removals told to a feed that was away; one that was away longer begins anew. */
  private static final int MAX_REMOVED = 4096;

  private record Removed(String peerId, long version) {}

  private final int maxNodes;
  private final Consumer<Slot> onForgotten;
  private final Map<String, Slot> byId = new LinkedHashMap<>();
  // In order of the last beat; the expected are not in them.
  private final LinkedHashMap<PeerId, Slot> strangers = new LinkedHashMap<>(16, 0.75f, true);
  private final LinkedHashMap<PeerId, Slot> voters = new LinkedHashMap<>(16, 0.75f, true);
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
    Slot voter = expected == null ? voters.get(peer) : expected;
    return voter == null ? strangers.get(peer) : voter;
  }

  @Nullable Slot find(String peerId) {
    return byId.get(peerId);
  }

  Collection<Slot> all() {
    return Collections.unmodifiableCollection(byId.values());
  }

  /**
   * Adds a peer, or puts it in the place of what was held of it, forgetting the longest silent
   * stranger when there are too many; without strangers the longest silent voter makes room, but
   * for another voter only.
   */
  void add(Slot slot) {
    if (byId.size() >= maxNodes && !byId.containsKey(slot.peerId)) {
      boolean strange = !strangers.isEmpty() || slot.standing == Standing.STRANGER;
      Iterator<Slot> eldest = (strange ? strangers : voters).values().iterator();
      if (eldest.hasNext()) {
        forget(eldest.next());
        forgotten++;
      }
    }
    byId.put(slot.peerId, slot);
    place(slot).put(slot.peer, slot);
    changed(slot);
  }

  private Map<PeerId, Slot> place(Slot slot) {
    return slot.expected != null ? fleet : slot.standing == Standing.STRANGER ? strangers : voters;
  }

  /** Makes a peer one of the fleet, or no longer, and of a class of speaker. */
  void stand(Slot slot, @Nullable Expected as, Standing standing) {
    place(slot).remove(slot.peer);
    slot.expected = as;
    slot.stand(standing);
    place(slot).put(slot.peer, slot);
    changed(slot);
  }

  void forget(Slot slot) {
    byId.remove(slot.peerId);
    place(slot).remove(slot.peer);
    version++;
    removed.addLast(new Removed(slot.peerId, version));
    if (removed.size() > MAX_REMOVED) {
      lostBefore = removed.removeFirst().version();
    }
    onForgotten.accept(slot);
  }

  /** Forgets those that are not expected and have been silent since before this moment. */
  void forgetSilentSince(Instant before) {
    forgetSilentSince(before, strangers);
    forgetSilentSince(before, voters);
  }

  private void forgetSilentSince(Instant before, Map<PeerId, Slot> from) {
    Iterator<Slot> eldest = from.values().iterator();
    while (eldest.hasNext()) {
      Slot slot = eldest.next();
      Instant last = slot.lastBeat;
      if (last != null && !last.isBefore(before)) {
        return;
      }
      forget(slot);
      // The order changed under the iterator.
      eldest = from.values().iterator();
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
