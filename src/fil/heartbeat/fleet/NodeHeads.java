package fil.heartbeat.fleet;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The head that one node or reference reported at each of its last heights: its number within the
 * height, in one byte, so that ten thousand nodes fit; larger numbers, which are rare, are stored
 * separately. Filled by a {@link Ledger} and valid only for that one.
 */
public final class NodeHeads {
  private static final int FIRST_SIZE = 32;

  /** The power of two above {@link Ledger#EPOCHS}. */
  private static final int LAST_SIZE = 1024;

  private static final long NONE = -1;

  private static final byte LOST = (byte) 254;
  private static final byte BESIDE = (byte) 255;

  /** The largest number that fits a byte. */
  private static final int LAST_IN_BYTE = 252;

  private Standing standing;
  // At index height modulo size: number of the head plus one; 0 where nothing was reported.
  private byte[] ring = new byte[0];
  private @Nullable Map<Long, Integer> beside;
  private long top = NONE;
  private long bottom = NONE;
  private int generation;
  private boolean votes;

  /** Creates the heads of a voter. */
  public NodeHeads() {
    this(Standing.VOTER);
  }

  /**
   * @param standing decides how much its reports count
   */
  public NodeHeads(Standing standing) {
    this.standing = standing;
  }

  /** Whether it has no reports. */
  public boolean isEmpty() {
    return top == NONE;
  }

  /** Returns the height of the newest head; -1 when there is none. */
  public long top() {
    return top;
  }

  /** Returns the lowest stored height; -1 when there is none. */
  public long bottom() {
    return bottom;
  }

  Standing standing() {
    return standing;
  }

  void stand(Standing next) {
    standing = next;
  }

  /** Whether it votes now. */
  boolean votes() {
    return votes;
  }

  void vote(boolean now) {
    votes = now;
  }

  int generation() {
    return generation;
  }

  /**
   * Returns the number of the head reported at a height, {@link Ledger#NONE} or {@link
   * Ledger#LOST}.
   */
  int at(long height) {
    if (top == NONE || height > top || height < bottom) {
      return Ledger.NONE;
    }
    byte said = ring[slot(height)];
    if (said == LOST) {
      return Ledger.LOST;
    }
    Integer large = said == BESIDE && beside != null ? beside.get(height) : null;
    return large == null ? (said & 0xff) - 1 : large;
  }

  void put(long height, int number) {
    clear(height);
    ring[slot(height)] =
        number == Ledger.LOST ? LOST : number > LAST_IN_BYTE ? BESIDE : (byte) (number + 1);
    if (number > LAST_IN_BYTE) {
      if (beside == null) {
        beside = new HashMap<>(4);
      }
      beside.put(height, number);
    }
  }

  void clear(long height) {
    int slot = slot(height);
    if (ring[slot] == BESIDE && beside != null) {
      Integer unused = beside.remove(height);
      beside = beside.isEmpty() ? null : beside;
    }
    ring[slot] = 0;
  }

  /** Makes a higher height the newest; those between it and the previous one stay empty. */
  void rise(long height) {
    if (top == NONE || height - top >= Ledger.EPOCHS) {
      Arrays.fill(ring, (byte) 0);
      beside = null;
      bottom = height;
    } else {
      bottom = Math.max(bottom, height - Ledger.EPOCHS + 1);
    }
    fit(height);
    for (long between = Math.max(top + 1, bottom); between <= height; between++) {
      ring[slot(between)] = 0;
    }
    top = height;
  }

  /**
   * Makes a lower height, not below the bottom, the newest; the caller has cleared those above it.
   */
  void fall(long height) {
    top = height;
  }

  void reset(int newGeneration) {
    ring = new byte[0];
    beside = null;
    top = NONE;
    bottom = NONE;
    generation = newGeneration;
  }

  private void fit(long newTop) {
    long span = newTop - bottom + 1;
    if (span <= ring.length) {
      return;
    }
    int size = Math.max(FIRST_SIZE, ring.length);
    while (size < span && size < LAST_SIZE) {
      size *= 2;
    }
    byte[] wider = new byte[size];
    for (long height = bottom; top != NONE && height <= top; height++) {
      wider[(int) height & (size - 1)] = ring[slot(height)];
    }
    ring = wider;
  }

  private int slot(long height) {
    return (int) height & (ring.length - 1);
  }
}
