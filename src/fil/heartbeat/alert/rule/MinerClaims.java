package fil.heartbeat.alert.rule;

import fil.heartbeat.wire.Extras;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the proofs of miners, by {@link MinerClaim}. Mutable. The nodes that the
 * configuration names report together; in an open fleet each peer has memories of its own, and none
 * takes one of another.
 */
final class MinerClaims {

  /** Miners kept of a named node; a beat has at most half as many. */
  private static final int MAX_MINERS = 2 * Extras.MAX_PROVING;

  /** Miners kept of each peer of an open fleet: those of one beat, some 6 KiB. */
  private static final int MAX_OPEN_MINERS = Extras.MAX_PROVING;

  private final Map<String, MinerMemory> memories = new HashMap<>();

  private final DueSubjects due = new DueSubjects();

  /** The miners that a node reported proofs of, now or lately. */
  private final Map<String, Set<String>> byNode = new HashMap<>();

  /** Stored with each of {@link #parted}. */
  private static final String PARTED = "parted";

  /** Subjects to be stored again. */
  private final Set<String> unsaved = new HashSet<>();

  /** Those that no node may report now. */
  private final Set<String> unreported = new HashSet<>();

  private boolean open = true;

  /** Another one when {@link FoundMemories} memories may be others than those that count. */
  private long generation;

  /**
   * The nodes of which one memory of a miner was, as it became one of each; by the miner. Stored
   * until all alerts have followed, since a restart in between finds the memories parted.
   */
  private final Map<String, Set<String>> parted = new HashMap<>();

  /** Whether {@link #open} is known, and all memories are by claims of such a fleet. */
  private boolean known;

  /**
   * Takes whether the configuration names no nodes. What nodes of the fleet are known to have
   * reported is kept in either case.
   *
   * @param isMonitored whether a peer is of the fleet now: what others claimed while anybody could,
   *     before a restart, says nothing about it
   */
  void open(boolean next, Predicate<String> isMonitored) {
    if (known && open == next) {
      return;
    }
    known = true;
    open = next;
    all();
    Map<String, MinerMemory> others = new HashMap<>();
    memories.forEach(
        (subject, memory) -> {
          if (isOther(MinerClaim.of(subject))) {
            others.put(subject, memory);
          }
        });
    others.keySet().forEach(this::remove);
    if (!open) {
      parted.clear();
    }
    List<Moving> moving = new ArrayList<>();
    byNode.forEach(
        (peerId, miners) -> {
          if (isMonitored.test(peerId)) {
            miners.forEach(miner -> move(peerId, miner, others, moving));
          }
        });
    moving.stream().sorted(Comparator.comparing(Moving::at).reversed()).forEach(this::move);
    unreported.addAll(memories.keySet());
  }

  /** Marks all for the next round, in which each is looked up again. */
  void all() {
    due.all();
    generation++;
  }

  /** What a node reported of a miner, which belongs to another claim now. */
  private record Moving(String peerId, String miner, MinerMemory from) {

    /** When it reported that last. */
    Instant at() {
      return from.reportedAt(peerId);
    }
  }

  private void move(
      String peerId, String miner, Map<String, MinerMemory> others, List<Moving> moving) {
    MinerMemory from = others.get(new MinerClaim(miner, open ? null : peerId).subject());
    if (from != null) {
      moving.add(new Moving(peerId, miner, from));
    }
  }

  private void move(Moving each) {
    if (open) {
      parted(each.miner(), each.peerId());
    }
    memories
        .computeIfAbsent(subject(each.peerId(), each.miner()), this::memory)
        .add(each.from(), each.peerId());
  }

  private MinerMemory memory(String subject) {
    return new MinerMemory(subject, unsaved);
  }

  private void parted(String miner, String peerId) {
    boolean unused = parted.computeIfAbsent(miner, ignored -> new TreeSet<>()).add(peerId);
  }

  /** All alerts have followed their claims: {@link #reporters} are not asked for again. */
  void settle() {
    if (known) {
      parted.forEach(
          (miner, all) ->
              all.forEach(peerId -> unsaved.add(new MinerClaim(miner, peerId).subject())));
      parted.clear();
    }
  }

  /** Whether it is one of a fleet that is configured in another way. */
  boolean isOther(MinerClaim claim) {
    return known && open == (claim.peerId() == null);
  }

  /**
   * Returns the claims that count now instead of one that {@link #isOther}; empty when it is not
   * known of whose reports it was. Who claims the miner since is not among them.
   */
  List<MinerClaim> reporters(MinerClaim other) {
    return open
        ? parted.getOrDefault(other.miner(), Set.of()).stream()
            .map(peerId -> new MinerClaim(other.miner(), peerId))
            .toList()
        : List.of(new MinerClaim(other.miner(), null));
  }

  private String subject(String peerId, String miner) {
    return new MinerClaim(miner, open ? peerId : null).subject();
  }

  boolean isEmpty() {
    return memories.isEmpty();
  }

  /** Returns when claims are to be judged. */
  DueSubjects due() {
    return due;
  }

  /** Takes the subjects to be judged now. */
  List<String> takeDue(Instant now) {
    return due.take(memories.keySet(), now);
  }

  /** Returns what is known of a subject; null when no node reports it. */
  @Nullable MinerMemory find(String subject) {
    MinerMemory memory = memories.get(subject);
    return memory == null || memory.isUnreported() ? null : memory;
  }

  /** Returns the miners that a node reports proofs of. */
  Set<String> of(String peerId) {
    Set<String> all = new TreeSet<>();
    for (String miner : byNode.getOrDefault(peerId, Set.of())) {
      MinerMemory memory = memories.get(subject(peerId, miner));
      if (memory != null && memory.nodes().contains(peerId)) {
        all.add(miner);
      }
    }
    return all;
  }

  /**
   * Takes what a node reports now.
   *
   * @param well whether the node follows its chain
   */
  void take(NodeTracking node, List<Extras.Proving> proving, boolean well, Instant now) {
    String peerId = node.peerId();
    FoundMemories found = node.found;
    if (found == null || !found.isOf(proving, generation)) {
      found = find(peerId, proving, well, now);
      node.found =
          FoundMemories.isOf(byNode.getOrDefault(peerId, Set.of()), proving) ? found : null;
    }
    for (int i = 0; i < proving.size(); i++) {
      MinerMemory memory = found.memories().get(i);
      if (memory.take(peerId, proving.get(i), well, now)) {
        due.changed(memory.subject());
      }
      if (memory.isUnreported()) {
        unreported.add(memory.subject());
      }
    }
  }

  private FoundMemories find(
      String peerId, List<Extras.Proving> proving, boolean well, Instant now) {
    if (!FoundMemories.isOf(byNode.getOrDefault(peerId, Set.of()), proving)) {
      keep(peerId, proving, well, now);
    }
    List<String> miners = new ArrayList<>(proving.size());
    List<MinerMemory> found = new ArrayList<>(proving.size());
    for (Extras.Proving each : proving) {
      miners.add(each.miner());
      found.add(memories.computeIfAbsent(subject(peerId, each.miner()), this::memory));
    }
    return new FoundMemories(generation, miners, found);
  }

  /** Keeps the miners that a node reports, and those that it reported lately. */
  private void keep(String peerId, List<Extras.Proving> proving, boolean well, Instant now) {
    Set<String> told = proving.stream().map(Extras.Proving::miner).collect(Collectors.toSet());
    Set<String> kept = new HashSet<>(told);
    for (String miner : byNode.getOrDefault(peerId, Set.of())) {
      if (!told.contains(miner)) {
        if (kept.size() >= (open ? MAX_OPEN_MINERS : MAX_MINERS)) {
          forget(peerId, miner, now);
          continue;
        }
        kept.add(miner);
        if (well) {
          drop(peerId, miner, now);
        }
      }
    }
    byNode.put(peerId, Set.copyOf(kept));
  }

  /** Something else changed about what a node reports. */
  void changed(String peerId) {
    byNode.getOrDefault(peerId, Set.of()).forEach(miner -> due.changed(subject(peerId, miner)));
  }

  /** The node reports no miner any more, for a moment or for good: what was learned is kept. */
  void drop(String peerId, Instant now) {
    byNode.getOrDefault(peerId, Set.of()).forEach(miner -> drop(peerId, miner, now));
  }

  private void drop(String peerId, String miner, Instant now) {
    String subject = subject(peerId, miner);
    MinerMemory memory = memories.get(subject);
    if (memory != null && memory.forget(peerId, now)) {
      due.changed(subject);
      if (memory.isUnreported()) {
        unreported.add(subject);
      }
    }
  }

  void forget(String peerId, Instant now) {
    Set<String> told = byNode.remove(peerId);
    if (told != null) {
      generation++;
      told.forEach(miner -> forget(peerId, miner, now));
    }
  }

  private void forget(String peerId, String miner, Instant now) {
    drop(peerId, miner, now);
    String subject = subject(peerId, miner);
    MinerMemory memory = memories.get(subject);
    if (memory != null && memory.isUnreported()) {
      remove(subject);
    }
  }

  private void remove(String subject) {
    generation++;
    memories.remove(subject);
    unreported.remove(subject);
    due.forget(subject);
    unsaved.add(subject);
  }

  /** Forgets what no node has reported for long. */
  void sweep(Instant now) {
    for (String subject : List.copyOf(unreported)) {
      MinerMemory memory = memories.get(subject);
      if (memory == null || !memory.isUnreported()) {
        unreported.remove(subject);
      } else if (memory.isStale(now)) {
        remove(subject);
      }
    }
  }

  /** Restores a stored part of what was known of a subject. */
  void restore(String subject, String text) {
    MinerClaim claim = MinerClaim.of(subject);
    if (text.equals(PARTED) && claim.peerId() != null) {
      parted(claim.miner(), claim.peerId());
      return;
    }
    MinerMemory before = memories.get(subject);
    MinerMemory memory = before == null ? memory(subject) : before;
    String reporter = memory.restore(claim.miner(), text);
    memories.put(subject, memory);
    unreported.add(subject);
    known = false;
    String peerId = claim.peerId() == null ? reporter : claim.peerId();
    if (peerId != null) {
      Set<String> all = new HashSet<>(byNode.getOrDefault(peerId, Set.of()));
      all.add(claim.miner());
      byNode.put(peerId, Set.copyOf(all));
    }
  }

  /** Marks all to be stored again. */
  void saveAll() {
    unsaved.addAll(memories.keySet());
  }

  /** Takes what is to be stored again of each subject; nothing deletes the entry. */
  Map<String, List<String>> takeChanges() {
    Map<String, List<String>> taken = new HashMap<>();
    for (String subject : unsaved) {
      MinerMemory memory = memories.get(subject);
      taken.put(subject, memory == null ? List.of() : stored(MinerClaim.of(subject), memory));
    }
    unsaved.clear();
    return taken;
  }

  private List<String> stored(MinerClaim claim, MinerMemory memory) {
    List<String> texts = new ArrayList<>(memory.stored());
    String peerId = claim.peerId();
    if (peerId != null && parted.getOrDefault(claim.miner(), Set.of()).contains(peerId)) {
      texts.add(PARTED);
    }
    return texts;
  }

  /** Adjusts stored times after the clock was set. */
  void moved(Duration by) {
    memories.values().forEach(each -> each.moved(by));
    all();
  }
}
