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
 * What the nodes of one network reported at each height. Strangers take no place from those who
 * decide: they open no height, and have so many places of their own at each.
 *
 * <p>How it works. A map from height to {@code HeightColumn}, which numbers the distinct heads of
 * its height. A node has {@link NodeHeads}: one byte for each height, the number of the head that
 * it is on there. So ten thousand nodes on one head cost as many bytes and one key.
 *
 * <ul>
 *   <li>{@link #report} moves a node. Higher than before: heights that are too far below are
 *       withdrawn. Lower: a reorganisation, so what it said above is. A head that nobody is on any
 *       more frees its number.
 *   <li>{@link #keepFrom} drops columns as the network goes on. {@link #startOver} begins another
 *       generation: reports of an earlier one count as empty, so that no node has to be visited.
 *   <li>Too many heights: {@code giveUpHeights}. Too many heads: {@code compact}. Both spare what
 *       somebody who decides is on now. Where such a one loses a head it keeps {@code LOST}, which
 *       still counts as having spoken there; a stranger keeps {@code NONE}.
 * </ul>
 *
 * <p>Nothing is decided here: a {@link ConsensusRound} counts the votes, anew for each evaluation.
 *
 * <p>Bounded: {@link #EPOCHS} heights below the highest taken and as many above; at each height the
 * head that each voter is on now, and a fixed number of others; one byte for each node and height.
 */
public final class Ledger {

  /** Heights remembered: Filecoin's finality, beyond which no chain is reorganised. */
  public static final int EPOCHS = 900;

  /** Nothing was said at a height. */
  static final int NONE = -1;

  /** Something was said that was given up since: a head that hardly anybody else reported. */
  static final int LOST = -2;

  /** Heads and blocks that only strangers are on, at all heights: about 2 MiB. */
  static final int MAX_STRANGE = 1 << 14;

  /** Heads and blocks from which on it is asked what can be given up: about 3 MiB. */
  static final int ENOUGH = 1 << 15;

  /**
   * Heights held, where no more are needed for each voter's newest head: without a clock, one who
   * votes could open one with each beat. Those who agree need {@link #EPOCHS}.
   */
  static final int MAX_COLUMNS = 4 * EPOCHS;

  private final Map<Long, HeightColumn> columns = new HashMap<>();
  private final Set<NodeHeads> speakers = new HashSet<>();
  private int generation = 1;
  private long floor;
  private long refused;
  private int load;
  private int strangeLoad;
  private int maxLoad = ENOUGH;

  /**
   * Takes the newest head of a node. One at a lower height than before is a reorganisation: what
   * the node said above it no longer holds. A head that is not taken changes nothing else.
   *
   * @param key not empty
   * @param height 0 or more
   * @return whether it was taken; not when the height is too old, or a stranger's head is at a
   *     height that nobody else spoke of or that has too many already
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
    if (height > by.top()) {
      long stays = height - EPOCHS + 1;
      for (long gone = Math.max(by.bottom(), 0); gone < stays && gone <= by.top(); gone++) {
        withdraw(by, gone);
      }
      by.rise(height);
    } else if (height < by.bottom()) {
      // Nothing below the bottom was said: begin anew from here.
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

  /** What a column takes is counted anew after it changed. */
  private void out(HeightColumn column) {
    load -= column.load();
    strangeLoad -= column.strangeLoad();
  }

  private void in(HeightColumn column) {
    load += column.load();
    strangeLoad += column.strangeLoad();
  }

  /** Another class of speaker from now on: what the node said counts accordingly. */
  public void stand(NodeHeads by, Standing standing) {
    if (by.generation() == generation && !by.isEmpty()) {
      for (long height = by.bottom(); height <= by.top(); height++) {
        int number = by.at(height);
        HeightColumn column = number < 0 ? null : columns.get(height);
        if (column != null) {
          // In this order, so that the head is not given up between.
          count(column, number, standing, 1);
          count(column, number, by.standing(), -1);
        }
      }
    }
    by.stand(standing);
  }

  /** Takes back all that a node said. */
  public void forget(NodeHeads by) {
    if (by.generation() == generation) {
      withdrawAbove(by, -1);
      speakers.remove(by);
    }
    by.reset(generation);
  }

  /** Whether a node's head at this height is held as its newest. */
  public boolean holds(NodeHeads by, long height) {
    return top(by) == height && at(by, height) != NONE;
  }

  /** Drops the heights below this one, which only rises, and takes no more of them. */
  public void keepFrom(long height) {
    if (height > floor) {
      floor = height;
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

  /** Forgets everything, for a network whose height turned out to be another. */
  public void startOver(long newFloor) {
    generation++;
    floor = newFloor;
    columns.clear();
    speakers.clear();
    load = 0;
    strangeLoad = 0;
    maxLoad = ENOUGH;
  }

  /**
   * Gives up heights, those first that fewest who decide spoke of, but none that one stands on now.
   */
  private void giveUpHeights() {
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
   * Gives up heads of heights that have too many, but none that a voter or reference stands on now.
   * Voters keep having said something there; of strangers it is as if they had not spoken.
   */
  private void compact() {
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

  /** The lowest height taken. */
  public long floor() {
    return floor;
  }

  /** Reports not taken, ever. */
  public long refused() {
    return refused;
  }

  /** Heights held. */
  public int heights() {
    return columns.size();
  }

  /** Heads held and their blocks. */
  int load() {
    return load;
  }

  @Nullable HeightColumn column(long height) {
    return columns.get(height);
  }

  /** The number of the head that a node said at a height; else {@link #NONE} or {@link #LOST}. */
  int at(NodeHeads by, long height) {
    return by.generation() == generation && height >= floor ? by.at(height) : NONE;
  }

  /** The height of a node's newest head; -1 for none. */
  long top(NodeHeads by) {
    return by.generation() == generation ? by.top() : -1;
  }

  /** The lowest height that a node spoke of and that is held. */
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
