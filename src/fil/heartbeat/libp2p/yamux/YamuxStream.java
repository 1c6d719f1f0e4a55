package fil.heartbeat.libp2p.yamux;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** One stream's state and flow control. Windows count payload bytes only. */
final class YamuxStream {
  /** Largest send window the arithmetic of the 32-bit deltas allows. */
  static final long MAX_SEND_WINDOW = 0xffff_ffffL;

  /** Bytes of one write that wait for the window, with the mark to report behind them. */
  private static final class Chunk {
    private final byte[] bytes;
    private final long mark;
    private int at;

    private Chunk(byte[] bytes, long mark) {
      this.bytes = bytes;
      this.mark = mark;
    }
  }

  final int id;
  final boolean inbound;
  boolean acknowledged;
  boolean remoteClosed;
  boolean finQueued;
  boolean finSent;
  boolean gone;
  private long sendWindow = YamuxSession.INITIAL_WINDOW;
  private int receiveWindow = YamuxSession.INITIAL_WINDOW;
  private int consumed;
  private long marks;
  // Null while nothing waits, which is nearly always.
  private @Nullable ArrayDeque<Chunk> queue;
  private long queuedBytes;

  YamuxStream(int id, boolean inbound) {
    this.id = id;
    this.inbound = inbound;
  }

  /** A new mark; rises. */
  long nextMark() {
    return ++marks;
  }

  boolean hasQueue() {
    return queue != null;
  }

  long queuedBytes() {
    return queuedBytes;
  }

  long sendWindow() {
    return sendWindow;
  }

  int receiveWindow() {
    return receiveWindow;
  }

  void enqueue(byte[] bytes, long mark) {
    ArrayDeque<Chunk> waiting = queue;
    if (waiting == null) {
      waiting = new ArrayDeque<>(2);
      queue = waiting;
    }
    waiting.add(new Chunk(bytes, mark));
    queuedBytes += bytes.length;
  }

  /** Called for each frame that the window allows, and for each mark that is passed. */
  interface Sink {
    void data(byte[] bytes, int offset, int length);

    void written(long mark);
  }

  /** Moves queued bytes out as far as the window reaches. */
  void pump(Sink sink) {
    while (queue != null && !gone) {
      Chunk head = queue.element();
      int part =
          (int)
              Math.min(
                  Math.min(head.bytes.length - head.at, YamuxSession.MAX_SENT_PAYLOAD), sendWindow);
      if (part > 0) {
        sink.data(head.bytes, head.at, part);
        head.at += part;
        sendWindow -= part;
        queuedBytes -= part;
      }
      if (head.at < head.bytes.length) {
        if (sendWindow == 0) {
          return;
        }
        continue;
      }
      queue.remove();
      if (queue.isEmpty()) {
        queue = null;
      }
      sink.written(head.mark);
    }
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

  /** Credit to give back now, 0 for none yet. */
  int consume(int bytes) {
    consumed += bytes;
    if (remoteClosed || consumed < YamuxSession.INITIAL_WINDOW / 2) {
      return 0;
    }
    int delta = Math.min(consumed, YamuxSession.INITIAL_WINDOW - receiveWindow);
    consumed = 0;
    receiveWindow += delta;
    return delta;
  }

  void drop() {
    gone = true;
    queue = null;
    queuedBytes = 0;
  }

  /** For tests: what must hold between any two calls. */
  boolean isSound() {
    return !gone
        && receiveWindow >= 0
        && receiveWindow <= YamuxSession.INITIAL_WINDOW
        && sendWindow >= 0
        && sendWindow <= MAX_SEND_WINDOW
        && (queue == null || sendWindow == 0);
  }
}
