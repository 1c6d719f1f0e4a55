package fil.heartbeat.aggregator;

import java.util.ArrayList;
import java.util.List;

/**
 * How much of the limits is in use. Only limits beyond which a node is refused or forgotten count:
 * heap and cores are estimates.
 *
 * @param capacity the limits
 * @param maxNodes the most nodes that are kept
 * @param nodesNearlyFull whether nearly as many are kept, strangers left out
 * @param connectionsNearlyFull whether nearly all connections are in use, by peers that give way to
 *     nobody
 * @param memoryNearlyFull whether nodes that may be forgotten take nearly all memory for them
 */
public record CapacityUse(
    NodeCapacity capacity,
    int maxNodes,
    boolean nodesNearlyFull,
    boolean connectionsNearlyFull,
    boolean memoryNearlyFull) {

  /** Of an aggregator that nobody measured, with room for more. */
  public static final CapacityUse UNKNOWN =
      new CapacityUse(NodeCapacity.UNKNOWN, Integer.MAX_VALUE, false, false, false);

  /** Part of a limit from which it is nearly full, in percent. */
  static final int FULL_PERCENT = 95;

  /** Part of a limit below which it is no longer nearly full: reconnects must not end and begin. */
  static final int ROOM_PERCENT = 90;

  /**
   * Returns the next value.
   *
   * @param nodes kept now, without strangers, which make room for others
   * @param connections open now, without those that give way to others
   * @param memory taken by nodes that may be forgotten, in percent of the most
   */
  CapacityUse with(int nodes, int connections, int memory) {
    return new CapacityUse(
        capacity,
        maxNodes,
        isNearlyFull(nodesNearlyFull, nodes, maxNodes),
        isNearlyFull(connectionsNearlyFull, connections, capacity.connections()),
        isNearlyFull(memoryNearlyFull, memory, 100));
  }

  private static boolean isNearlyFull(boolean before, int used, int most) {
    return 100L * used >= (long) most * (before ? ROOM_PERCENT : FULL_PERCENT);
  }

  /** Returns the faults, one line each, with what to change; the texts stay while one lasts. */
  List<String> faults() {
    List<String> faults = new ArrayList<>();
    if (nodesNearlyFull) {
      faults.add(
          "nearly "
              + maxNodes
              + " nodes are known: raise aggregator.maxNodes, else those silent for longest are"
              + " forgotten");
    }
    if (connectionsNearlyFull) {
      faults.add(
          "nearly "
              + capacity.connections()
              + " connections are open: raise "
              + capacity.raise()
              + ", else nodes are refused");
    }
    if (memoryNearlyFull) {
      faults.add(
          "nearly all memory for nodes that are not expected is in use: raise -Xmx, else those"
              + " silent for longest are forgotten");
    }
    return faults;
  }
}
