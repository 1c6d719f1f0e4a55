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
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The known peers. Expected ones stay for ever; of the others those without a beat for the longest
 * time make room first, and strangers before voters. The others are limited in number and in
 * memory, since one head may be fifty times as long as another. Numbers the changes, so that a feed
 * can ask for those since a version.
 */
final class PeerTable {

  /** Stored removals for a feed that was away; one that was away longer gets everything again. */
  private static final int MAX_REMOVED = 4096;

  private record Removed(String peerId, long version) {}

  /** Peers that may be forgotten take at most one part in this many of the heap. */
  private static final int SHARE_OF_HEAP = 4;

  private final int maxNodes;
  private final long room;
  private final Consumer<PeerEntry> onForgotten;
  private final Map<String, PeerEntry> byId = new LinkedHashMap<>();
  // In order of the last beat; without expected peers.
  private final LinkedHashMap<PeerId, PeerEntry> strangers = new LinkedHashMap<>(16, 0.75f, true);
  private final LinkedHashMap<PeerId, PeerEntry> voters = new LinkedHashMap<>(16, 0.75f, true);
  private final Map<PeerId, PeerEntry> fleet = new HashMap<>();
  private final RecentChanges recent = new RecentChanges();
  private final Set<PeerEntry> twinned = new LinkedHashSet<>();
  private final Deque<Removed> removed = new ArrayDeque<>();
  private long version = 1;
  private long added;
  private long lostBefore;
  private long forgotten;
  private long taken;
  private long takenByVoters;

  /**
   * @param room bytes for all peers that are not expected
   */
  PeerTable(int maxNodes, long room, Consumer<PeerEntry> onForgotten) {
    this.maxNodes = maxNodes;
    this.room = room;
    this.onForgotten = onForgotten;
  }

  /** Returns the bytes of this process's memory that peers that are not expected may take. */
  static long roomOfHeap() {
    return Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP;
  }

  /**
   * Returns the entry of a peer that sends now and moves it to the end of the order; null when
   * unknown.
   */
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
   * Adds a peer or replaces its entry. When there are too many, forgets the stranger that has sent
   * no beat for the longest time; without strangers, such a voter makes room, but only for another
   * voter.
   */
  void add(PeerEntry entry) {
    if (byId.size() >= maxNodes && !byId.containsKey(entry.peerId)) {
      PeerEntry eldest = eldest(entry);
      if (eldest != null) {
        forget(eldest);
        forgotten++;
      }
    }
    PeerEntry before = byId.put(entry.peerId, entry);
    added++;
    entry.order = before == null ? added : before.order;
    if (before != null && before != entry) {
      before.forgotten = true;
      recent.remove(before);
      twinned.remove(before);
      takes(before, -before.weight);
      before.weight = 0;
    }
    place(entry).put(entry.peer, entry);
    weigh(entry);
    changed(entry);
  }

  /** The peer to forget so that another has room; null when there is none. */
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
   * Updates the memory count of a peer. Call it when its entry grew or shrank; others make room for
   * it as for a new one.
   */
  void weigh(PeerEntry entry) {
    int before = entry.weight;
    entry.weight = entry.expected == null ? entry.bytes() : 0;
    takes(entry, entry.weight - before);
    while (taken > room && entry.expected == null) {
      PeerEntry eldest = eldest(entry);
      if (eldest == null) {
        return;
      }
      forget(eldest);
      forgotten++;
    }
  }

  /** An entry, at its place, takes more bytes than before, or fewer. */
  private void takes(PeerEntry entry, int more) {
    taken += more;
    takenByVoters += place(entry) == voters ? more : 0;
  }

  private Map<PeerId, PeerEntry> place(PeerEntry entry) {
    return entry.expected != null
        ? fleet
        : entry.standing == Standing.STRANGER ? strangers : voters;
  }

  /** Sets the configured entry of a peer, null for none, and its standing. */
  void stand(PeerEntry entry, @Nullable Expected as, Standing standing) {
    place(entry).remove(entry.peer);
    takes(entry, -entry.weight);
    entry.expected = as;
    entry.stand(standing);
    place(entry).put(entry.peer, entry);
    takes(entry, entry.weight);
    weigh(entry);
    changed(entry);
  }

  void forget(PeerEntry entry) {
    byId.remove(entry.peerId);
    entry.forgotten = true;
    recent.remove(entry);
    twinned.remove(entry);
    place(entry).remove(entry.peer);
    takes(entry, -entry.weight);
    entry.weight = 0;
    version++;
    removed.addLast(new Removed(entry.peerId, version));
    if (removed.size() > MAX_REMOVED) {
      lostBefore = removed.removeFirst().version();
    }
    onForgotten.accept(entry);
    entry.release();
  }

  /** Forgets peers that are not expected and whose last beat was before this moment. */
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
   * Updates which peers beat from two places. Must be called each second.
   *
   * @param supplant ends the streams of a peer from an address and sends it the reason
   */
  void updateTwins(Moment now, BiConsumer<PeerId, String> supplant) {
    for (PeerEntry entry : List.copyOf(twinned)) {
      if (entry.twins.update(now.nanos())) {
        changed(entry);
      }
      String from = entry.twins.takeWarning(now.nanos());
      if (from != null) {
        supplant.accept(entry.peer, from);
      }
      if (!entry.twins.isPossible()) {
        twinned.remove(entry);
      }
    }
  }

  /** A peer beat from this address. */
  void beat(PeerEntry entry, String address, Moment now) {
    entry.twins.beat(address, now);
    if (entry.twins.isPossible()) {
      twinned.add(entry);
    }
  }

  void changed(PeerEntry entry) {
    version++;
    entry.changedAt = version;
    recent.changed(entry);
  }

  /** Returns the peers that changed since a version, the oldest change first. */
  List<PeerEntry> changedSince(long since) {
    return recent.since(since);
  }

  /** The clock was set: every entry changed, and the next request for changes gets everything. */
  void moved(Duration by) {
    version++;
    lostBefore = version;
    removed.clear();
    byId.values().forEach(entry -> entry.moved(by));
    recent.since(0).forEach(this::changed);
  }

  long version() {
    return version;
  }

  /**
   * Returns the number of peers when all strangers have made room; 0 when none of them would have
   * to make room after that.
   */
  int lasting() {
    return voters.isEmpty() ? 0 : byId.size() - strangers.size();
  }

  /** Returns the part of their room that peers take that are no strangers, in percent. */
  int percentTaken() {
    return (int) Math.min(100, 100 * takenByVoters / room);
  }

  /** Returns the number of peers forgotten to make room since the start. */
  long forgotten() {
    return forgotten;
  }

  /** Whether the removals since a version are still known. */
  boolean coversSince(long since) {
    return since > 0 && since <= version && since >= lostBefore;
  }

  List<String> removedSince(long since) {
    return removed.stream().filter(each -> each.version() > since).map(Removed::peerId).toList();
  }
}
