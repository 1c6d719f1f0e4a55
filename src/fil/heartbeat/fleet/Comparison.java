package fil.heartbeat.fleet;

/**
 * A node's reports beside the fleet's.
 *
 * @param kind what came of it
 * @param height the highest height that decided it; -1 when there was nothing to compare
 * @param sameHead whether the sets of blocks are equal there
 * @param different heights in a row, from the highest down, without a block in common
 * @param firstDifferent the lowest of those; -1 when there are none
 * @param proven whether a reference has finalized other blocks
 */
public record Comparison(
    Kind kind, long height, boolean sameHead, int different, long firstDifferent, boolean proven) {

  /** What a comparison comes to. */
  public enum Kind {
    NOTHING,
    AGREES,
    DIFFERS
  }

  /** Of a node that has no height in common with the fleet. */
  public static final Comparison NOTHING = new Comparison(Kind.NOTHING, -1, false, 0, -1, false);

  /**
   * Whether it is a fork, and not the passing difference of one epoch.
   *
   * @param forkAfter heights in a row at which a node must differ
   */
  public boolean isFork(int forkAfter) {
    return proven || different >= forkAfter;
  }
}
