package fil.heartbeat.libp2p.yamux;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** One stream's state and flow control. Windows count payload bytes only. */
final class YamuxStream {
  /** Largest send window that the protocol's 32-bit deltas can express. */
  static final long MAX_SEND_WINDOW = 0xffff_ffffL;

  /** One write that waits for the window, and the mark to report after it. */
  private static final class Chunk {
    private final byte[] bytes;
    private final long mark;
    private int at;

    private Chunk(byte[] bytes, long mark) {
      this.bytes = bytes;
      this.mark = mark;
    }

    private int left() {
      return bytes.length - at;
    }

    /** Returns its size with header, so that empty writes count too. */
    private long cost() {
      return FrameHeader.SIZE + (long) left();
    }
  }

  final int id;
  final boolean inbound;
  boolean acknowledged;
  boolean remoteClosed;
  boolean finQueued;
  boolean finSent;
  private final SendRing ring;
  private boolean gone;
  private boolean pumping;
  private long sendWindow = YamuxSession.INITIAL_WINDOW;
  private int receiveWindow = YamuxSession.INITIAL_WINDOW;
  private int consumed;
  private long marks;
  // Null while nothing waits, which is nearly always.
  private @Nullable ArrayDeque<Chunk> waiting;

  YamuxStream(int id, boolean inbound, SendRing ring) {
    this.id = id;
    this.inbound = inbound;
    this.ring = ring;
  }

  boolean isGone() {
    return gone;
  }

  long sendWindow() {
    return sendWindow;
  }

  int receiveWindow() {
    return receiveWindow;
  }

  /** Queues bytes after the waiting ones; the array belongs to this stream from now on. */
  long enqueue(byte[] bytes) {
    ArrayDeque<Chunk> queue = waiting;
    if (queue == null) {
      queue = new ArrayDeque<>(2);
      waiting = queue;
    }
    Chunk chunk = new Chunk(bytes, ++marks);
    queue.add(chunk);
    ring.addWaiting(chunk.cost());
    return chunk.mark;
  }

  /**
   * Moves the bytes that the window covers to the output and reports the marks passed. A call from
   * inside one of these events leaves the work to the outer call, so that an owner that writes at
   * each mark causes a loop and not a recursion.
   */
  void pump(YamuxEvents events) {
    if (pumping) {
      return;
    }
    pumping = true;
    try {
      Chunk covered = cover();
      while (covered != null) {
        events.onWritten(id, covered.mark);
        covered = cover();
      }
    } finally {
      pumping = false;
    }
  }

  /**
   * Moves as much of the first write to the output as the window covers; returns it when that was
   * all of it.
   */
  private @Nullable Chunk cover() {
    ArrayDeque<Chunk> queue = waiting;
    if (queue == null) {
      return null;
    }
    Chunk head = queue.element();
    int part = (int) Math.min(head.left(), sendWindow);
    ring.addWaiting(-head.cost());
    ring.data(id, head.bytes, head.at, part);
    head.at += part;
    sendWindow -= part;
    if (head.left() > 0) {
      ring.addWaiting(head.cost());
      return null;
    }
    queue.remove();
    if (queue.isEmpty()) {
      waiting = null;
    }
    return head;
  }

  /** Whether the FIN is due: requested, and no bytes before it wait for the window. */
  boolean isFinDue() {
    return finQueued && !finSent && !gone && !pumping && waiting == null;
  }

  boolean isOver() {
    return finSent && remoteClosed;
  }

  /** Adds credit that the peer granted; returns false when the window would overflow. */
  boolean grant(long delta) {
    if (sendWindow + delta > MAX_SEND_WINDOW) {
      return false;
    }
    sendWindow += delta;
    return true;
  }

  /** Subtracts payload from the receive window; returns false when it exceeds the window. */
  boolean take(long length) {
    if (length > receiveWindow) {
      return false;
    }
    receiveWindow -= (int) length;
    return true;
  }

  /**
   * Returns the credit to send now, 0 for none yet. Never more than was received, and none to a
   * peer that has ended its direction.
   *
   * @param atOnce whether to send less than half a window too
   */
  int consume(int bytes, boolean atOnce) {
    note(bytes);
    return remoteClosed ? 0 : credit(atOnce);
  }

  /** Returns the credit for bytes that arrived after the peer's own FIN. */
  int giveBack(int bytes) {
    note(bytes);
    return credit(false);
  }

  private void note(int bytes) {
    int owed = YamuxSession.INITIAL_WINDOW - receiveWindow;
    consumed = (int) Math.min((long) consumed + bytes, owed);
  }

  private int credit(boolean atOnce) {
    if (!atOnce && consumed < YamuxSession.INITIAL_WINDOW / 2) {
      return 0;
    }
    int delta = consumed;
    consumed = 0;
    receiveWindow += delta;
    return delta;
  }

  void drop() {
    gone = true;
    if (waiting != null) {
      waiting.forEach(chunk -> ring.addWaiting(-chunk.cost()));
      waiting = null;
    }
  }

  /** For tests: the cost of the waiting writes, counted again. */
  long countedWaiting() {
    return waiting == null ? 0 : waiting.stream().mapToLong(Chunk::cost).sum();
  }

  /** For tests: whether the invariants hold. */
  boolean isSound() {
    return !gone
        && !isOver()
        && consumed >= 0
        && consumed <= YamuxSession.INITIAL_WINDOW - receiveWindow
        && receiveWindow >= 0
        && receiveWindow <= YamuxSession.INITIAL_WINDOW
        && sendWindow >= 0
        && sendWindow <= MAX_SEND_WINDOW
        && (waiting == null || pumping || sendWindow == 0)
        && !(finSent && waiting != null);
  }
}
