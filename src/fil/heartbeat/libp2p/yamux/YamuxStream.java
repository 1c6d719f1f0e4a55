package fil.heartbeat.libp2p.yamux;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** One stream's state and flow control. Windows count payload bytes only. */
final class YamuxStream {
  /** Largest send window that the 32-bit deltas of the protocol can mean. */
  static final long MAX_SEND_WINDOW = 0xffff_ffffL;

  /** One write that waits for the window, and the mark to report behind it. */
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

    /** With its header, so that empty writes count too. */
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

  /** Puts bytes behind those that wait; the array is this stream's from now on. */
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
   * Moves out what the window covers and reports the marks passed. Called again from one of these
   * events it leaves the work to the call that is under way, so that an owner who writes at each
   * mark goes round, not deeper.
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

  /** Moves out as much of the first write as the window covers; returns it when that was all. */
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

  /** Whether our FIN is due: asked for, and nothing before it waits for the window. */
  boolean isFinDue() {
    return finQueued && !finSent && !gone && !pumping && waiting == null;
  }

  boolean isOver() {
    return finSent && remoteClosed;
  }

  /** Adds credit that the peer granted; false when the window would overflow. */
  boolean grant(long delta) {
    if (sendWindow + delta > MAX_SEND_WINDOW) {
      return false;
    }
    sendWindow += delta;
    return true;
  }

  /** Takes payload off the receive window; false when it reaches beyond it. */
  boolean take(long length) {
    if (length > receiveWindow) {
      return false;
    }
    receiveWindow -= (int) length;
    return true;
  }

  /**
   * Credit to give back now, 0 for none yet. Never more than was received, and none to a peer that
   * has said all.
   *
   * @param atOnce whether not to wait for half a window of it
   */
  int consume(int bytes, boolean atOnce) {
    note(bytes);
    return remoteClosed ? 0 : credit(atOnce);
  }

  /** Credit for bytes that came behind the peer's own FIN. */
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

  /** For tests: what the waiting writes cost, counted anew. */
  long countedWaiting() {
    return waiting == null ? 0 : waiting.stream().mapToLong(Chunk::cost).sum();
  }

  /** For tests: what must hold between any two calls. */
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
