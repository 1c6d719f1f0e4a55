package fil.heartbeat.libp2p.jvm;

import fil.heartbeat.libp2p.Libp2pException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;

/**
 * Counts the bytes of one stream: those given to the library, those that the socket accepted, and
 * those that the peer may still send. Lives on the connection's loop.
 */
final class StreamFlow {
  /** The window of every yamux stream; the library never widens it. */
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

  /** Counts bytes that the muxer sends. */
  void send(int bytes) {
    sent += bytes;
  }

  /** Returns the bytes that wait in the muxer for the peer's window. */
  long inMuxer() {
    return given - sent;
  }

  void take(int bytes) {
    taken += bytes;
    while (!pending.isEmpty() && pending.peekFirst().mark() <= taken) {
      pending.removeFirst().done().complete(null);
    }
  }

  /** Completes the future when the socket accepted all bytes given so far. */
  void whenTaken(CompletableFuture<Void> done) {
    if (given == taken) {
      done.complete(null);
    } else {
      pending.addLast(new Pending(given, done));
    }
  }

  /** Fails all waiting futures: nothing more will be accepted. */
  void fail(Libp2pException cause) {
    while (!pending.isEmpty()) {
      pending.removeFirst().done().completeExceptionally(cause);
    }
  }

  /** The peer reset the stream in favour of newer ones of this host's id. */
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

  /** Whether the credit may go to the peer now; otherwise it is stored. */
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

  /** The peer ended its direction. */
  void closeRemote() {
    remoteClosed = true;
  }

  boolean remoteClosed() {
    return remoteClosed;
  }

  void pause() {
    paused = true;
  }

  /** Returns the stored credit, which is due now. */
  long resume() {
    paused = false;
    long due = heldCredit;
    heldCredit = 0;
    window += due;
    return due;
  }
}
