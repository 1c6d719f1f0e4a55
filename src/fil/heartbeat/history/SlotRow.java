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
 * @param reported at the end of the slot
 */
public record SlotRow(
    String peerId,
    long slot,
    List<String> head,
    @Nullable Long height,
    @Nullable Long lagEpochs,
    State state,
    SlotBeats beats,
    Reported reported) {

  /** Length of a slot in seconds. */
  public static final int SLOT_SECONDS = 30;

  public SlotRow {
    head = List.copyOf(head);
  }
}
