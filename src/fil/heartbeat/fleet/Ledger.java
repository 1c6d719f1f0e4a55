package fil.heartbeat.fleet;

import fil.heartbeat.chain.TipsetKey;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the nodes of one network reported at each height. Bounded: {@link #EPOCHS} heights below the
 * highest taken, a fixed number of heads at each, one byte for each node and height.
 */
public final class Ledger {

  /** Heights remembered: Filecoin's finality, beyond which no chain is reorganised. */
  public static final int EPOCHS = 900;

  private final Map<Long, Column> columns = new HashMap<>();
  private int generation = 1;
  private long floor;
  private long refused;

  /**
   * Takes the newest head of a node. One at a lower height than before is a reorganisation: what
   * the node said above it no longer holds.
   *
   * @param key not empty
   * @param height 0 or more
   * @return whether it was taken; not when the height is too old or has too many heads already
   */
  public boolean report(Reports by, long height, TipsetKey key, long nowMillis) {
    if (by.generation() != generation) {
      by.reset(generation);
    }
    if (height < floor) {
      refused++;
      return false;
    }
    Column column = columns.computeIfAbsent(height, ignored -> new Column(nowMillis));
    int number = column.number(key);
    if (number < 0) {
      refused++;
      return false;
    }
    if (height > by.top()) {
      long stays = height - EPOCHS + 1;
      for (long gone = Math.max(by.bottom(), 0); gone < stays && gone <= by.top(); gone++) {
        withdraw(by, gone);
      }
      by.rise(height);
    } else if (height < by.top()) {
      for (long above = height + 1; above <= by.top(); above++) {
        withdraw(by, above);
      }
      lower(by, height);
    }
    int before = by.at(height);
    if (before < 0) {
      column.arrived(nowMillis);
    }
    if (before != number) {
      if (before >= 0) {
        column.add(before, -1);
      }
      column.add(number, 1);
      by.put(height, number);
    }
    return true;
  }

  private void lower(Reports by, long height) {
    if (height < by.bottom()) {
      // Nothing below the bottom was said: begin anew from here.
      forget(by);
      by.rise(height);
    } else {
      by.fall(height);
    }
  }

  /** Takes back all that a node said. */
  public void forget(Reports by) {
    if (by.generation() == generation && !by.isEmpty()) {
      for (long height = by.bottom(); height <= by.top(); height++) {
        withdraw(by, height);
      }
    }
    by.reset(generation);
  }

  /** Whether nothing of a node is held. */
  public boolean isMissing(Reports by) {
    return by.generation() != generation || by.isEmpty();
  }

  /** Drops the heights below this one, which only rises, and takes no more of them. */
  public void keepFrom(long height) {
    if (height > floor) {
      floor = height;
      columns.keySet().removeIf(each -> each < height);
    }
  }

  /** Forgets everything, for a network whose height turned out to be another. */
  public void startOver(long newFloor) {
    generation++;
    floor = newFloor;
    columns.clear();
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

  @Nullable Column column(long height) {
    return columns.get(height);
  }

  /** The number of the head that a node said at a height; -1 for none. */
  int at(Reports by, long height) {
    return by.generation() == generation && height >= floor ? by.at(height) : -1;
  }

  /** The height of a node's newest head; -1 for none. */
  long top(Reports by) {
    return by.generation() == generation ? by.top() : -1;
  }

  /** The lowest height that a node spoke of and that is held. */
  long bottom(Reports by) {
    return Math.max(by.bottom(), floor);
  }

  private void withdraw(Reports by, long height) {
    int number = by.at(height);
    if (number >= 0) {
      Column column = columns.get(height);
      if (column != null) {
        column.add(number, -1);
      }
      by.clear(height);
    }
  }
}
