package fil.heartbeat.aggregator;

import fil.heartbeat.text.Untrusted;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds peers that claim the same miner address, of which one may have several, or nicknames that
 * are equal or look the same. A stranger's claim is a conflict of the stranger only: monitored
 * nodes are in conflict only with other monitored nodes. Several nodes of a fleet that the config
 * names may claim one miner: a storage provider runs more than one chain node for it.
 */
final class ClaimConflicts {

  /** Limit of peers named in a conflict; the rest are counted. */
  private static final int MAX_NAMED = 3;

  /** Limit of peers whose conflicts one change updates. */
  private static final int MAX_MARKED = 64;

  /** The peers that claim one value: mostly one. */
  private static final class Claimed {
    private Set<PeerEntry> monitored = Set.of();
    private Set<PeerEntry> strangers = Set.of();

    /** Adds an entry; returns whether it was not there. */
    private boolean add(PeerEntry entry) {
      if (entry.standing.isMonitored()) {
        monitored = wider(monitored);
        return monitored.add(entry);
      }
      strangers = wider(strangers);
      return strangers.add(entry);
    }

    /** Removes an entry; returns whether it was there. */
    private boolean remove(PeerEntry entry) {
      Set<PeerEntry> from = entry.standing.isMonitored() ? monitored : strangers;
      return !from.isEmpty() && from.remove(entry);
    }

    private static Set<PeerEntry> wider(Set<PeerEntry> set) {
      return set.isEmpty() ? new LinkedHashSet<>(2) : set;
    }

    private int others(PeerEntry entry) {
      return monitored.size() + (entry.standing.isMonitored() ? 0 : strangers.size()) - 1;
    }

    /** The peers that an entry is in conflict with. */
    private Stream<PeerEntry> rivals(PeerEntry entry) {
      return Stream.concat(
              monitored.stream(),
              entry.standing.isMonitored() ? Stream.empty() : strangers.stream())
          .filter(other -> other != entry);
    }

    private boolean isEmpty() {
      return count() == 0;
    }

    private int count() {
      return monitored.size() + strangers.size();
    }

    private Stream<PeerEntry> all() {
      return Stream.concat(monitored.stream(), strangers.stream());
    }
  }

  private final Map<String, Claimed> byMiner = new HashMap<>();
  private final Map<String, Claimed> byNickname = new HashMap<>();
  private final Consumer<PeerEntry> changed;

  /** The configured names and the peer id of each. */
  private Map<String, String> names = Map.of();

  /** Whether nobody is named, so that two nodes with one miner are not known to belong together. */
  private boolean open = true;

  /**
   * @param changed called for each peer whose conflicts may have changed
   */
  ClaimConflicts(Consumer<PeerEntry> changed) {
    this.changed = changed;
  }

  /** Replaces the membership. Its names are claimed whether or not their owners are connected. */
  void membership(Membership next) {
    open = next.isOpen();
    Set<String> either = new HashSet<>(names.keySet());
    names = folded(next.names());
    either.addAll(names.keySet());
    for (String name : either) {
      Claimed claim = byNickname.get(name);
      if (claim != null) {
        claim.strangers.stream().limit(MAX_MARKED).forEach(changed);
      }
    }
  }

  private static Map<String, String> folded(Map<String, String> names) {
    Map<String, String> folded = new HashMap<>();
    names.forEach((name, owner) -> folded.putIfAbsent(Untrusted.folded(name), owner));
    return folded;
  }

  /** The form in which nicknames are compared. */
  private static @Nullable String name(PeerEntry entry) {
    String nickname = entry.claims.nickname();
    return nickname == null ? null : Untrusted.folded(nickname);
  }

  void join(PeerEntry entry) {
    entry.claiming = true;
    entry.claimedMiners = entry.miners();
    entry.claimedMiners.forEach(miner -> claim(miner, entry));
    entry.claimedName = name(entry);
    put(byNickname, entry.claimedName, entry);
  }

  /** Takes the present name and miners of an entry, whose optional members may name some. */
  void renew(PeerEntry entry) {
    if (!entry.claiming
        || !entry.claimedMiners.equals(entry.miners())
        || !Objects.equals(entry.claimedName, name(entry))) {
      leave(entry);
      join(entry);
    }
  }

  /** Removes an entry. Call it while the entry still has the standing it joined with. */
  void leave(PeerEntry entry) {
    if (entry.claiming) {
      entry.claiming = false;
      entry.claimedMiners.forEach(miner -> disclaim(miner, entry));
      entry.sharedMiners = 0;
      remove(byNickname, entry.claimedName, entry);
      entry.claimedName = null;
    }
  }

  List<String> conflicts(PeerEntry entry) {
    List<String> conflicts = new ArrayList<>(0);
    if (entry.claiming) {
      if (open || !entry.standing.isMonitored()) {
        for (String miner : entry.claimedMiners) {
          add(conflicts, "miner address ", miner, byMiner.get(miner), entry);
        }
      }
      String name = entry.claimedName;
      Claimed same = name == null ? null : byNickname.get(name);
      add(conflicts, "nickname ", entry.claims.nickname(), same, entry);
      String owner = name == null ? null : names.get(name);
      if (owner != null && !entry.standing.isMonitored() && !named(same, entry).contains(owner)) {
        conflicts.add("nickname " + entry.claims.nickname() + " is the name of " + owner);
      }
    }
    return conflicts;
  }

  /** The peers to name in a conflict about a claim. */
  private static List<String> named(@Nullable Claimed claim, PeerEntry entry) {
    return claim == null
        ? List.of()
        : claim.rivals(entry).limit(MAX_NAMED).map(other -> other.peerId).toList();
  }

  /**
   * Called for every node at each snapshot, and almost none has a conflict: the text is built last.
   */
  private static void add(
      List<String> conflicts,
      String what,
      @Nullable String value,
      @Nullable Claimed claim,
      PeerEntry entry) {
    if (claim == null || claim.others(entry) <= 0) {
      return;
    }
    List<String> others = named(claim, entry);
    int more = claim.others(entry) - others.size();
    conflicts.add(
        what
            + value
            + " is also claimed by "
            + String.join(", ", others)
            + (more > 0 ? " and " + more + " more" : ""));
  }

  private void claim(String miner, PeerEntry entry) {
    put(byMiner, miner, entry);
    Claimed claim = byMiner.get(miner);
    if (claim != null && claim.count() > 1) {
      entry.sharedMiners++;
      if (claim.count() == 2) {
        claim.all().filter(other -> other != entry).forEach(other -> other.sharedMiners++);
      }
    }
  }

  private void disclaim(String miner, PeerEntry entry) {
    remove(byMiner, miner, entry);
    Claimed claim = byMiner.get(miner);
    if (claim != null && claim.count() == 1) {
      claim.all().forEach(other -> other.sharedMiners--);
    }
  }

  private void put(Map<String, Claimed> by, @Nullable String value, PeerEntry entry) {
    if (value != null && !value.isEmpty()) {
      Claimed claim = by.computeIfAbsent(value, ignored -> new Claimed());
      if (claim.add(entry)) {
        markChanged(claim, entry);
      }
    }
  }

  private void remove(Map<String, Claimed> by, @Nullable String value, PeerEntry entry) {
    Claimed claim = value == null ? null : by.get(value);
    if (claim != null && claim.remove(entry)) {
      if (claim.isEmpty()) {
        by.remove(value);
      } else {
        markChanged(claim, entry);
      }
    }
  }

  /**
   * Reports the peers whose conflicts change because an entry joined or left, and the entry itself.
   */
  private void markChanged(Claimed claim, PeerEntry entry) {
    Stream.concat(
            entry.standing.isMonitored() ? claim.monitored.stream() : Stream.empty(),
            claim.strangers.stream())
        .limit(MAX_MARKED)
        .forEach(changed);
  }
}
