package fil.heartbeat.fleet;

import fil.heartbeat.chain.TipsetKey;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The heads that the nodes of one network reported at each height. Strangers take no place from
 * voters and references: they open no height, and have a limited number of places of their own at
 * each.
 *
 * <p>How it works. A map from height to {@code HeightColumn}, which numbers the distinct heads of
 * its height. A node has {@link NodeHeads}: one byte for each height, the number of the head that
 * it is on there. So ten thousand nodes on one head cost as many bytes and one key.
 *
 * <ul>
 *   <li>{@link #report} moves a node. Higher than before: heights that are too far below are
 *       withdrawn. Lower: a reorganisation, so its reports above are withdrawn. A head that no node
 *       is on any more frees its number.
 *   <li>{@link #keepFrom} drops columns as the network advances. {@link #startOver} begins a new
 *       generation: reports of an earlier one count as empty, so that no node has to be visited.
 *   <li>Too many heights: {@code giveUpHeights}. Too many heads: {@code compact}. Both spare the
 *       present heads of voters and references. Where one of these loses a head its entry becomes
 *       {@code LOST}, which still counts as a report at that height; a stranger's becomes {@code
 *       NONE}.
 * </ul>
 *
 * <p>Nothing is decided here: a {@link ConsensusRound} counts the votes at each evaluation.
 *
 * <p>Size limits: {@link #EPOCHS} heights below the highest accepted and as many above; at each
 * height the head that each voter is on now, and a fixed number of others; one byte for each node
 * and height.
 */
public final class Ledger {

  /** Heights stored: Filecoin's finality, beyond which no chain is reorganised. */
  public static final int EPOCHS = 900;

  /** Nothing was reported at a height. */
  static final int NONE = -1;

  /** A head was reported and dropped since, because hardly any other node reported it. */
  static final int LOST = -2;

  /** Limit of heads and blocks that only strangers are on, at all heights: about 2 MiB. */
  static final int MAX_STRANGE = 1 << 14;

  /** Number of heads and blocks from which on heads are dropped: about 3 MiB. */
  static final int ENOUGH = 1 << 15;

  /**
   * Limit of heights, unless each voter's newest head needs more: without a known clock, a voter
   * could open one with each beat. Nodes that agree need {@link #EPOCHS}.
   */
  static final int MAX_COLUMNS = 4 * EPOCHS;

  private final Map<Long, HeightColumn> columns = new HashMap<>();
  private final Set<NodeHeads> speakers = new HashSet<>();
  private final VoteCounts votes = new VoteCounts(this);
  private int generation = 1;
  private long floor;
  private long refused;
  private int load;
  private int strangeLoad;
  private int maxLoad = ENOUGH;

  /**
   * Records the newest head of a node. One at a lower height than before is a reorganisation: the
   * node's reports above it are withdrawn. A refused head changes nothing else.
   *
   * @param key not empty
   * @param height 0 or more
   * @return whether it was recorded; false when the height is too old, or when a stranger's head is
   *     at a height that no voter or reference reported or that has too many heads already
   */
  public boolean report(NodeHeads by, long height, TipsetKey key, long nowMillis) {
    if (by.generation() != generation) {
      by.reset(generation);
    }
    if (height < floor) {
      refused++;
      return false;
    }
    Standing standing = by.standing();
    HeightColumn column = columns.get(height);
    if (column == null && standing.decides()) {
      if (columns.size() >= Math.max(MAX_COLUMNS, speakers.size())) {
        giveUpHeights();
      }
      column = new HeightColumn();
      columns.put(height, column);
    }
    int number = column == null ? NONE : number(column, key, standing);
    if (column == null || number < 0) {
      refused++;
      return false;
    }
    speakers.add(by);
    long from = votes.from(by, height);
    votes.remove(by, from);
    if (height > by.top()) {
      long stays = height - EPOCHS + 1;
      for (long gone = Math.max(by.bottom(), 0); gone < stays && gone <= by.top(); gone++) {
        withdraw(by, gone);
      }
      by.rise(height);
    } else if (height < by.bottom()) {
      // Nothing was reported below the bottom: start again from this height.
      withdrawAbove(by, height);
      by.reset(generation);
      by.rise(height);
    } else if (height < by.top()) {
      withdrawAbove(by, height);
      by.fall(height);
    }
    int before = by.at(height);
    if (before == NONE && standing == Standing.VOTER) {
      column.arrived(nowMillis);
    }
    if (before != number) {
      if (before >= 0) {
        count(column, before, standing, -1);
      }
      count(column, number, standing, 1);
      by.put(height, number);
    }
    votes.add(by, from);
    if (load > maxLoad) {
      compact();
    }
    return true;
  }

  private int number(HeightColumn column, TipsetKey key, Standing standing) {
    boolean room = strangeLoad < MAX_STRANGE;
    out(column);
    int number = column.number(key, standing, room);
    in(column);
    return number;
  }

  private void count(HeightColumn column, int number, Standing standing, int change) {
    out(column);
    column.add(number, standing, change);
    in(column);
  }

  /** Subtracts a column from the load before it changes; {@link #in} adds it again. */
  private void out(HeightColumn column) {
    load -= column.load();
    strangeLoad -= column.strangeLoad();
  }

  private void in(HeightColumn column) {
    load += column.load();
    strangeLoad += column.strangeLoad();
  }

  /** Changes the standing of a node; its earlier reports count accordingly. */
  public void stand(NodeHeads by, Standing standing) {
    if (by.generation() == generation && !by.isEmpty()) {
      for (long height = by.bottom(); height <= by.top(); height++) {
        int number = by.at(height);
        HeightColumn column = number < 0 ? null : columns.get(height);
        if (column != null) {
          // In this order, so that the head is not freed in between.
          count(column, number, standing, 1);
          count(column, number, by.standing(), -1);
        }
      }
    }
    by.stand(standing);
  }

  /** Withdraws all reports of a node. */
  public void forget(NodeHeads by) {
    votes.vote(by, false);
    if (by.generation() == generation) {
      withdrawAbove(by, -1);
      speakers.remove(by);
    }
    by.reset(generation);
  }

  /** Whether this height is stored as that of the node's newest head. */
  public boolean holds(NodeHeads by, long height) {
    return top(by) == height && at(by, height) != NONE;
  }

  /** Drops the heights below this one, which only rises, and refuses them from now on. */
  public void keepFrom(long height) {
    if (height > floor) {
      floor = height;
      votes.keepFrom(height);
      columns
          .entrySet()
          .removeIf(
              each -> {
                boolean gone = each.getKey() < height;
                if (gone) {
                  out(each.getValue());
                }
                return gone;
              });
    }
  }

  /** Clears everything, for a network whose height turned out to be wrong. */
  public void startOver(long newFloor) {
    generation++;
    floor = newFloor;
    votes.clear();
    columns.clear();
    speakers.clear();
    load = 0;
    strangeLoad = 0;
    maxLoad = ENOUGH;
  }

  /**
   * Drops heights, those with the fewest voters and references first, but none that is the present
   * height of a node.
   */
  private void giveUpHeights() {
    votes.clear();
    Set<Long> now = new HashSet<>();
    speakers.forEach(by -> now.add(by.top()));
    List<Long> gone =
        columns.entrySet().stream()
            .filter(each -> !now.contains(each.getKey()))
            .sorted(
                Comparator.comparing(
                        (Map.Entry<Long, HeightColumn> each) -> each.getValue().deciders())
                    .thenComparing(Map.Entry::getKey))
            .limit(MAX_COLUMNS / 4)
            .map(Map.Entry::getKey)
            .toList();
    for (long height : gone) {
      HeightColumn column = columns.remove(height);
      if (column != null) {
        out(column);
      }
    }
    for (NodeHeads by : speakers) {
      for (long height : gone) {
        if (by.at(height) >= 0) {
          by.put(height, by.standing().decides() ? LOST : NONE);
        }
      }
    }
  }

  /**
   * Drops heads at heights that have too many, but none that is the present head of a voter or
   * reference. A dropped head of a voter still counts as a report; that of a stranger does not.
   */
  private void compact() {
    votes.clear();
    Map<Long, BitSet> now = new HashMap<>();
    for (NodeHeads by : speakers) {
      int number = by.at(by.top());
      if (number >= 0 && by.standing().decides()) {
        now.computeIfAbsent(by.top(), ignored -> new BitSet()).set(number);
      }
    }
    Map<Long, int[]> renumbered = new HashMap<>();
    columns.forEach(
        (height, column) -> {
          out(column);
          int[] next = column.compact(now.getOrDefault(height, new BitSet()));
          in(column);
          if (next != null) {
            renumbered.put(height, next);
          }
        });
    for (NodeHeads by : speakers) {
      renumbered.forEach(
          (height, next) -> {
            int number = by.at(height);
            if (number >= 0) {
              by.put(
                  height, next[number] >= 0 ? next[number] : by.standing().decides() ? LOST : NONE);
            }
          });
    }
    maxLoad = Math.max(ENOUGH, 2 * load);
  }

  /** Returns the votes, as far as they are counted. */
  VoteCounts votes() {
    return votes;
  }

  /** A node votes from now on, or does not. */
  public void vote(NodeHeads by, boolean votesNow) {
    votes.vote(by, votesNow);
  }

  /** Whether votes are counted as heads come in; false after heads got other numbers. */
  public boolean isCounting() {
    return votes.isValid();
  }

  /** Forgets who votes, until votes are counted again. */
  public void stopCounting() {
    votes.clear();
  }

  /** Returns the number of votes that are counted. */
  public int voters() {
    return votes.voters();
  }

  /** Returns the lowest height accepted. */
  public long floor() {
    return floor;
  }

  /** Returns the number of refused reports since the start. */
  public long refused() {
    return refused;
  }

  /** Returns the number of stored heights. */
  public int heights() {
    return columns.size();
  }

  /** Returns the number of stored heads and their blocks. */
  int load() {
    return load;
  }

  @Nullable HeightColumn column(long height) {
    return columns.get(height);
  }

  /**
   * Returns the number of the head that a node reported at a height; else {@link #NONE} or {@link
   * #LOST}.
   */
  int at(NodeHeads by, long height) {
    return by.generation() == generation && height >= floor ? by.at(height) : NONE;
  }

  /** Returns the height of a node's newest head; -1 for none. */
  long top(NodeHeads by) {
    return by.generation() == generation ? by.top() : -1;
  }

  /** Returns the lowest stored height that a node reported. */
  long bottom(NodeHeads by) {
    return Math.max(by.bottom(), floor);
  }

  private void withdrawAbove(NodeHeads by, long height) {
    if (!by.isEmpty()) {
      for (long above = Math.max(height + 1, by.bottom()); above <= by.top(); above++) {
        withdraw(by, above);
      }
    }
  }

  private void withdraw(NodeHeads by, long height) {
    int number = by.at(height);
    HeightColumn column = number < 0 ? null : columns.get(height);
    if (column != null) {
      count(column, number, by.standing(), -1);
      if (column.isEmpty()) {
        columns.remove(height);
      }
    }
    by.clear(height);
  }
}
