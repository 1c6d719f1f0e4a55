package fil.heartbeat.aggregator;

import fil.heartbeat.fleet.Expected;
import fil.heartbeat.fleet.Standing;
import fil.heartbeat.libp2p.PeerId;
import java.time.Duration;
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
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Who is known: the expected for ever, of the others the longest silent go first, and strangers
 * before voters. The others are bounded in number and in the memory that they take, since a head
 * may be fifty times as long as another. Counts versions, so that a feed can ask what changed.
 */
final class PeerTable {

  /** Removals told to a feed that was away; one that was away longer begins anew. */
  private static final int MAX_REMOVED = 4096;

  private record Removed(String peerId, long version) {}

  /** The part of the heap that is for those who may be forgotten. */
  private static final int SHARE_OF_HEAP = 4;

  private final int maxNodes;
  private final long room;
  private final Consumer<PeerEntry> onForgotten;
  private final Map<String, PeerEntry> byId = new LinkedHashMap<>();
  // In order of the last beat; the expected are not in them.
  private final LinkedHashMap<PeerId, PeerEntry> strangers = new LinkedHashMap<>(16, 0.75f, true);
  private final LinkedHashMap<PeerId, PeerEntry> voters = new LinkedHashMap<>(16, 0.75f, true);
  private final Map<PeerId, PeerEntry> fleet = new HashMap<>();
  private final Deque<Removed> removed = new ArrayDeque<>();
  private long version = 1;
  private long lostBefore;
  private long forgotten;
  private long taken;

  /**
   * @param room bytes, of those that are not expected
   */
  PeerTable(int maxNodes, long room, Consumer<PeerEntry> onForgotten) {
    this.maxNodes = maxNodes;
    this.room = room;
    this.onForgotten = onForgotten;
  }

  /** What those that are not expected may take of the memory of this process, in bytes. */
  static long roomOfHeap() {
    return Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP;
  }

  /** The entry of a peer that speaks now; null when it has none. */
  @Nullable PeerEntry heard(PeerId peer) {
    PeerEntry expected = fleet.get(peer);
    PeerEntry voter = expected == null ? voters.get(peer) : expected;
    return voter == null ? strangers.get(peer) : voter;
  }

  @Nullable PeerEntry find(String peerId) {
    return byId.get(peerId);
  }

  Collection<PeerEntry> all() {
    return Collections.unmodifiableCollection(byId.values());
  }

  /**
   * Adds a peer, or puts it in the place of what was held of it, forgetting the longest silent
   * stranger when there are too many; without strangers the longest silent voter makes room, but
   * for another voter only.
   */
  void add(PeerEntry entry) {
    if (byId.size() >= maxNodes && !byId.containsKey(entry.peerId)) {
      PeerEntry eldest = eldest(entry);
      if (eldest != null) {
        forget(eldest);
        forgotten++;
      }
    }
    byId.put(entry.peerId, entry);
    place(entry).put(entry.peer, entry);
    weigh(entry);
    changed(entry);
  }

  /** Who makes room for a peer; null when nobody does. */
  private @Nullable PeerEntry eldest(PeerEntry entry) {
    boolean strange = !strangers.isEmpty() || entry.standing == Standing.STRANGER;
    for (PeerEntry each : (strange ? strangers : voters).values()) {
      if (each != entry) {
        return each;
      }
    }
    return null;
  }

  /**
   * To be called when what is held of a peer takes more or less memory than before. Others make
   * room for it, as for one that is new.
   */
  void weigh(PeerEntry entry) {
    taken -= entry.weight;
    entry.weight = entry.expected == null ? entry.bytes() : 0;
    taken += entry.weight;
    while (taken > room && entry.expected == null) {
      PeerEntry eldest = eldest(entry);
      if (eldest == null) {
        return;
      }
      forget(eldest);
      forgotten++;
    }
  }

  private Map<PeerId, PeerEntry> place(PeerEntry entry) {
    return entry.expected != null
        ? fleet
        : entry.standing == Standing.STRANGER ? strangers : voters;
  }

  /** Makes a peer one of the fleet, or no longer, and of a class of speaker. */
  void stand(PeerEntry entry, @Nullable Expected as, Standing standing) {
    place(entry).remove(entry.peer);
    entry.expected = as;
    entry.stand(standing);
    place(entry).put(entry.peer, entry);
    weigh(entry);
    changed(entry);
  }

  void forget(PeerEntry entry) {
    byId.remove(entry.peerId);
    place(entry).remove(entry.peer);
    taken -= entry.weight;
    entry.weight = 0;
    version++;
    removed.addLast(new Removed(entry.peerId, version));
    if (removed.size() > MAX_REMOVED) {
      lostBefore = removed.removeFirst().version();
    }
    onForgotten.accept(entry);
  }

  /** Forgets those that are not expected and have been silent since before this moment. */
  void forgetSilentSince(Instant before) {
    forgetSilentSince(before, strangers);
    forgetSilentSince(before, voters);
  }

  private void forgetSilentSince(Instant before, Map<PeerId, PeerEntry> from) {
    Iterator<PeerEntry> eldest = from.values().iterator();
    while (eldest.hasNext()) {
      PeerEntry entry = eldest.next();
      Instant last = entry.lastBeat;
      if (last != null && !last.isBefore(before)) {
        return;
      }
      forget(entry);
      // The order changed under the iterator.
      eldest = from.values().iterator();
    }
  }

  /**
   * Looks who beats from two places, now or no longer. To be called each second.
   *
   * @param supplant ends the streams of a peer from an address and tells it why
   */
  void updateTwins(Moment now, BiConsumer<PeerId, String> supplant) {
    for (PeerEntry entry : byId.values()) {
      if (entry.twins.update(now.nanos())) {
        changed(entry);
      }
      String from = entry.twins.warns(now.nanos());
      if (from != null) {
        supplant.accept(entry.peer, from);
      }
    }
  }

  void changed(PeerEntry entry) {
    version++;
    entry.changedAt = version;
  }

  /** The clock was set: all of it changed, and who asks what did is told everything. */
  void moved(Duration by) {
    version++;
    lostBefore = version;
    removed.clear();
    byId.values().forEach(entry -> entry.moved(by));
    byId.values().forEach(this::changed);
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
