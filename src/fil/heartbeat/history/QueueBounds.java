package fil.heartbeat.history;

/**
 * How much may wait to be written while the disk stands still.
 *
 * @param rows of nodes and slots
 * @param events state changes, connections and forgotten peers, each
 */
public record QueueBounds(int rows, int events) {

  /** Ten minutes of 10 000 nodes. */
  private static final int LEAST_ROWS = 200_000;

  /** A fleet of 10 000 that disconnects and reconnects twice. */
  private static final int LEAST_EVENTS = 40_000;

  /** Slots of ten minutes, the one that a failed write brings back, and one for long heads. */
  private static final int SLOTS = 22;

  /** Rows of a node that have room in any heap. */
  private static final int LEAST_SLOTS = 2;

  /** Events of a node that disconnects and reconnects twice. */
  private static final int EVENTS_PER_NODE = 4;

  /** Rows may take one part in this many of the heap. */
  private static final int SHARE_OF_HEAP = 8;

  /** A row with all that a node may report, measured: 172; 97 without. */
  private static final int BYTES_PER_ROW = 172;

  /** Of a process that nobody measured. */
  public static final QueueBounds DEFAULT = new QueueBounds(LEAST_ROWS, LEAST_EVENTS);

  /**
   * Returns the bounds for a process.
   *
   * @param nodes that it can handle
   * @param heapBytes its most heap
   */
  public static QueueBounds of(long nodes, long heapBytes) {
    long wanted = Math.max(LEAST_ROWS, SLOTS * nodes);
    long room = heapBytes / SHARE_OF_HEAP / BYTES_PER_ROW;
    return new QueueBounds(
        whole(Math.max(LEAST_SLOTS * nodes, Math.min(wanted, room))),
        whole(Math.max(LEAST_EVENTS, EVENTS_PER_NODE * nodes)));
  }

  private static int whole(long count) {
    return (int) Math.min(Integer.MAX_VALUE, count);
  }
}
