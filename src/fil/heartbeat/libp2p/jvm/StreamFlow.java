package fil.heartbeat.libp2p.jvm;

import fil.heartbeat.libp2p.Libp2pException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;

/**
 * The bytes of one stream: what was given to the library, what of it the socket took, and what the
 * peer may still send. On the connection's loop.
 */
final class StreamFlow {
  /** The window that yamux gives every stream, and the library never widens. */
  static final int WINDOW = 256 * 1024;

  private record Pending(long mark, CompletableFuture<Void> done) {}

  private final Deque<Pending> pending = new ArrayDeque<>();
  private long given;
  private long sent;
  private long taken;
  private long window = WINDOW;
  private long heldCredit;
  private boolean paused;
  private boolean remoteClosed;
  private boolean supplanted;

  void give(int bytes) {
    given += bytes;
  }

  /** The muxer sends bytes of it. */
  void send(int bytes) {
    sent += bytes;
  }

  /** Bytes that wait in the muxer for the peer's window. */
  long inMuxer() {
    return given - sent;
  }

  void take(int bytes) {
    taken += bytes;
    while (!pending.isEmpty() && pending.peekFirst().mark() <= taken) {
      pending.removeFirst().done().complete(null);
    }
  }

  /** Completes it when the socket took all that was given so far. */
  void whenTaken(CompletableFuture<Void> done) {
    if (given == taken) {
      done.complete(null);
    } else {
      pending.addLast(new Pending(given, done));
    }
  }

  /** Nothing more will be taken. */
  void fail(Libp2pException cause) {
    while (!pending.isEmpty()) {
      pending.removeFirst().done().completeExceptionally(cause);
    }
  }

  /** The peer reset the stream for newer ones of our id. */
  void supplant() {
    supplanted = true;
  }

  boolean isSupplanted() {
    return supplanted;
  }

  /** Whether the peer may send that much. */
  boolean receive(long bytes) {
    window -= bytes;
    return window >= 0;
  }

  /** Whether the credit may go to the peer now; else it is kept. */
  boolean credit(long bytes) {
    if (paused) {
      heldCredit += bytes;
      return false;
    }
    window += bytes;
    return true;
  }

  /** Credit for bytes that were dropped. */
  void giveBack(long bytes) {
    window += bytes;
  }

  /** The peer said that it sends no more. */
  void closeRemote() {
    remoteClosed = true;
  }

  boolean remoteClosed() {
    return remoteClosed;
  }

  void pause() {
    paused = true;
  }

  /** The credit that was kept meanwhile and is due now. */
  long resume() {
    paused = false;
    long due = heldCredit;
    heldCredit = 0;
    window += due;
    return due;
  }
}
