package fil.heartbeat.history;

/**
 * The beats of a node in one slot.
 *
 * @param count accepted in the slot
 * @param longestGapMillis the longest time without a beat that ended in or reached into the slot
 */
public record SlotBeats(int count, int longestGapMillis) {}
