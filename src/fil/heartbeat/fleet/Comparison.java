package fil.heartbeat.fleet;

/**
 * A comparison of a node's reported heads with the fleet's.
 *
 * @param kind the result
 * @param height the highest height that decided the result; -1 when there was nothing to compare
 * @param sameHead whether the sets of blocks are equal there
 * @param different number of decided heights in a row, from the highest down, without a block in
 *     common
 * @param firstDifferent the lowest of those; -1 when there are none
 * @param proven whether a reference has finalized other blocks
 */
public record Comparison(
    Kind kind, long height, boolean sameHead, int different, long firstDifferent, boolean proven) {

  /** The result of a comparison. */
  public enum Kind {
    NOTHING,
    AGREES,
    DIFFERS
  }

  /** The comparison of a node that has no height in common with the fleet. */
  public static final Comparison NOTHING = new Comparison(Kind.NOTHING, -1, false, 0, -1, false);

  /**
   * Whether it is a fork and not a brief difference at one epoch.
   *
   * @param forkAfter heights in a row at which a node must differ
   */
  public boolean isFork(int forkAfter) {
    return proven || different >= forkAfter;
  }
}
