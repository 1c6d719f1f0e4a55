package fil.heartbeat.fleet;

import fil.heartbeat.chain.Cid;
import fil.heartbeat.chain.TipsetKey;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The distinct heads of one height, and how fast the height spread. A head that a voter or a
 * reference is on always has a place; strangers have a limited number of their own. A place is
 * freed as soon as no node is on it.
 */
final class HeightColumn {

  /**
   * Limit of heads that only strangers are on, and of heads that remain after {@link #compact}. A
   * healthy height has one to five, as blocks arrive.
   */
  static final int MAX_HEADS = 64;

  /** Limit of blocks in those heads. Five are expected at a height. */
  static final int MAX_BLOCKS = 4 * MAX_HEADS;

  /** One bucket a second; beats are not more precise. The last holds all later ones. */
  static final int DELAY_BUCKETS = 64;

  static final int BUCKET_MILLIS = 1000;

  /** Up to this many heads a linear search is as fast as an index. */
  private static final int INDEXED_FROM = 8;

  /** Weight of a reference: more than the possible number of voters. */
  private static final int WITNESSED = 1 << 30;

  private static final class Entry {
    private final TipsetKey key;
    private int strangers;
    private int voters;
    private int references;

    private Entry(TipsetKey key) {
      this.key = key;
    }

    private void count(Standing by, int change) {
      switch (by) {
        case VOTER -> voters += change;
        case REFERENCE -> references += change;
        case STRANGER, EXPECTED -> strangers += change;
      }
    }

    private boolean isDecided() {
      return voters > 0 || references > 0;
    }

    /** Whether two voters or a reference are on it. */
    private boolean isShared() {
      return voters > 1 || references > 0;
    }

    private boolean isFree() {
      return strangers == 0 && !isDecided();
    }
  }

  private List<@Nullable Entry> entries = new ArrayList<>(2);
  private final Deque<Integer> free = new ArrayDeque<>(0);
  private @Nullable Map<TipsetKey, Integer> index;
  private int heads;
  private int blocks;
  private int strangeHeads;
  private int strangeBlocks;
  private final int[] delays = new int[DELAY_BUCKETS];
  private long firstMillis;
  private int reported;

  /**
   * Returns the number of a head and gives it a place if needed; -1 when there is none. Must be
   * followed by {@link #add}.
   *
   * @param room whether strangers may have one more head in the ledger
   */
  int number(TipsetKey key, Standing by, boolean room) {
    int found = find(key);
    if (found >= 0) {
      return found;
    }
    int more = key.cids().size();
    if (!by.decides()
        && (!room || strangeHeads >= MAX_HEADS || strangeBlocks + more > MAX_BLOCKS)) {
      return -1;
    }
    Integer place = free.poll();
    int number = place == null ? entries.size() : place;
    if (place == null) {
      entries.add(new Entry(key));
    } else {
      entries.set(number, new Entry(key));
    }
    heads++;
    blocks += more;
    strange(key, 1);
    if (index != null) {
      index.put(key, number);
    } else if (entries.size() >= INDEXED_FROM) {
      index = indexed();
    }
    return number;
  }

  private Map<TipsetKey, Integer> indexed() {
    Map<TipsetKey, Integer> made = new HashMap<>();
    for (int i = 0; i < entries.size(); i++) {
      Entry entry = entries.get(i);
      if (entry != null) {
        made.put(entry.key, i);
      }
    }
    return made;
  }

  private int find(TipsetKey key) {
    if (index != null) {
      return index.getOrDefault(key, -1);
    }
    for (int i = 0; i < entries.size(); i++) {
      Entry entry = entries.get(i);
      if (entry != null && entry.key.equals(key)) {
        return i;
      }
    }
    return -1;
  }

  /** Counts a head that no voter or reference is on, yet or any more. */
  private void strange(TipsetKey key, int change) {
    strangeHeads += change;
    strangeBlocks += change * key.cids().size();
  }

  /** Returns the upper bound of head numbers, exclusive; not each is in use. */
  int size() {
    return entries.size();
  }

  /** Returns the number of heads and their blocks: a measure of memory. */
  int load() {
    return heads + blocks;
  }

  /** Whether no node is on any of its heads. */
  boolean isEmpty() {
    return heads == 0;
  }

  /** Returns how many voters and references are on its heads. */
  int deciders() {
    int sum = 0;
    for (Entry entry : entries) {
      sum += entry == null ? 0 : entry.voters + entry.references;
    }
    return sum;
  }

  /** Returns the part of the load of heads that only strangers are on. */
  int strangeLoad() {
    return strangeHeads + strangeBlocks;
  }

  /** Whether a head has this number. */
  boolean isHead(int number) {
    return entries.get(number) != null;
  }

  TipsetKey key(int number) {
    return entry(number).key;
  }

  /** Whether a voter or a reference is on a head. */
  boolean isDecided(int number) {
    return entry(number).isDecided();
  }

  private Entry entry(int number) {
    Entry entry = entries.get(number);
    if (entry == null) {
      throw new IllegalArgumentException("no head " + number);
    }
    return entry;
  }

  /** Changes the number of nodes on a head. */
  void add(int number, Standing by, int change) {
    Entry entry = entry(number);
    boolean before = entry.isDecided();
    entry.count(by, change);
    if (before != entry.isDecided()) {
      strange(entry.key, before ? 1 : -1);
    }
    if (entry.isFree()) {
      strange(entry.key, -1);
      remove(number, entry);
    }
  }

  private void remove(int number, Entry entry) {
    entries.set(number, null);
    free.push(number);
    heads--;
    blocks -= entry.key.cids().size();
    if (index != null) {
      Integer unused = index.remove(entry.key);
    }
  }

  /**
   * Drops heads when there are too many. Those that remain are the present heads of voters and
   * references, all heads of references, then those that two voters share, then the best supported.
   * A head is supported by every voter that reports one of its blocks, so that a tipset with one
   * block too few or too many stays with its branch.
   *
   * @param now numbers that stay
   * @return the new number of each head, -1 for a dropped one; null when nothing changed
   */
  int @Nullable [] compact(BitSet now) {
    if (heads <= MAX_HEADS && blocks <= MAX_BLOCKS && entries.size() <= 2 * MAX_HEADS) {
      return null;
    }
    BitSet stays = (BitSet) now.clone();
    int keptHeads = 0;
    int keptBlocks = 0;
    for (int number : bestSupportedFirst()) {
      Entry entry = entry(number);
      keptHeads++;
      keptBlocks += entry.key.cids().size();
      if (entry.references > 0 || (keptHeads <= MAX_HEADS && keptBlocks <= MAX_BLOCKS)) {
        stays.set(number);
      }
    }
    return renumber(stays);
  }

  private List<Integer> bestSupportedFirst() {
    Map<Cid, Integer> voters = new HashMap<>();
    List<Integer> numbers = new ArrayList<>();
    for (int i = 0; i < entries.size(); i++) {
      Entry entry = entries.get(i);
      if (entry != null) {
        numbers.add(i);
        // The head of a reference outweighs all voters: others are measured against it.
        int weight = entry.references > 0 ? WITNESSED : entry.voters;
        entry.key.cids().forEach(block -> voters.merge(block, weight, HeightColumn::heavier));
      }
    }
    Map<Integer, Integer> support = new HashMap<>();
    for (int number : numbers) {
      int best =
          entry(number).key.cids().stream()
              .mapToInt(block -> voters.getOrDefault(block, 0))
              .max()
              .orElse(0);
      support.put(number, best);
    }
    numbers.sort(
        Comparator.comparing((Integer number) -> entry(number).isDecided())
            .thenComparing(number -> entry(number).isShared())
            .thenComparing(number -> support.getOrDefault(number, 0))
            .thenComparing(number -> entry(number).voters)
            .thenComparing(number -> entry(number).strangers)
            .reversed());
    return numbers;
  }

  private static int heavier(int a, int b) {
    return Math.min(WITNESSED, a + b);
  }

  private int[] renumber(BitSet stays) {
    int[] next = new int[entries.size()];
    List<@Nullable Entry> kept = new ArrayList<>(stays.cardinality());
    for (int i = 0; i < next.length; i++) {
      Entry entry = entries.get(i);
      next[i] = -1;
      if (entry != null && stays.get(i)) {
        next[i] = kept.size();
        kept.add(entry);
      } else if (entry != null) {
        heads--;
        blocks -= entry.key.cids().size();
        strange(entry.key, entry.isDecided() ? 0 : -1);
      }
    }
    entries = kept;
    free.clear();
    index = kept.size() >= INDEXED_FROM ? indexed() : null;
    return next;
  }

  /** A voter reached this height for the first time. */
  void arrived(long nowMillis) {
    if (reported == 0) {
      firstMillis = nowMillis;
    }
    long bucket = Math.max(0, nowMillis - firstMillis) / BUCKET_MILLIS;
    delays[(int) Math.min(bucket, DELAY_BUCKETS - 1)]++;
    reported++;
  }

  int reported() {
    return reported;
  }

  /** Returns how long after the first report this fraction of the voters had reported. */
  long delayMillis(double share) {
    int seen = 0;
    for (int i = 0; i < DELAY_BUCKETS; i++) {
      seen += delays[i];
      if (seen >= share * reported) {
        return (long) i * BUCKET_MILLIS;
      }
    }
    return (long) (DELAY_BUCKETS - 1) * BUCKET_MILLIS;
  }
}
