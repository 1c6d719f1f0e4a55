package fil.heartbeat.history;

import fil.heartbeat.fleet.State;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A node during one slot of 30 seconds. Slots are counted from 1970; the epochs of the public
 * networks begin on slots, so a slot is an epoch there.
 *
 * @param slot floor(unix seconds / 30)
 * @param head CIDs of the last head of the slot, ascending; empty without one, and for strangers
 * @param height of the last head; null without one
 * @param lagEpochs at the end of the slot; null when unknown
 * @param state at the end of the slot
 * @param beats accepted in the slot
 * @param longestGapMillis the longest time without a beat that ended in or reached into the slot
 */
public record SlotRow(
    String peerId,
    long slot,
    List<String> head,
    @Nullable Long height,
    @Nullable Long lagEpochs,
    State state,
    int beats,
    int longestGapMillis) {

  /** Length of a slot in seconds. */
  public static final int SLOT_SECONDS = 30;

  public SlotRow {
    head = List.copyOf(head);
  }
}
