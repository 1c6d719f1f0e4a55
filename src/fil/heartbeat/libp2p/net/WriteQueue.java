package fil.heartbeat.libp2p.net;

import fil.heartbeat.libp2p.Libp2pException;
import fil.heartbeat.libp2p.noise.NoiseException;
import fil.heartbeat.libp2p.noise.NoiseSession;
import fil.heartbeat.libp2p.yamux.YamuxSession;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/**
 * Sends a session's frames to the wire: all frames of one turn of the loop in as few Noise messages
 * as possible. Counts the bytes waiting in all layers and ends the connection when there are too
 * many.
 */
final class WriteQueue {
  /**
   * Above this the socket does not keep up, and frames wait in the session, where a reset can drop
   * them.
   */
  static final int MAX_SOCKET_BYTES = 1024 * 1024;

  private final Wire wire;
  private final Loop loop;
  private final NoiseSession noise;
  private final YamuxSession session;

  /** Smaller amounts are not counted in the budget of all connections. */
  private static final int UNCOUNTED_BYTES = 4 * 1024;

  private final int maxBytes;
  private final LongConsumer unsent;
  private final Consumer<Libp2pException> onBroken;
  private List<CompletableFuture<Void>> covered = new ArrayList<>();
  private long socketBytes;
  private boolean flushPlanned;
  private boolean over;

  /**
   * @param maxBytes more than this in all layers means that the peer does not read
   * @param unsent called with the number of waiting bytes, whenever it may have changed
   * @param onBroken called once when nothing can be sent any more
   */
  WriteQueue(
      Wire wire,
      Loop loop,
      NoiseSession noise,
      YamuxSession session,
      int maxBytes,
      LongConsumer unsent,
      Consumer<Libp2pException> onBroken) {
    this.wire = wire;
    this.loop = loop;
    this.noise = noise;
    this.session = session;
    this.maxBytes = maxBytes;
    this.unsent = unsent;
    this.onBroken = onBroken;
  }

  /** Completes the future once the socket accepted the session's present output. */
  void completeWithNextFlush(CompletableFuture<Void> write) {
    covered.add(write);
  }

  /** Sends the session's output at the end of this turn of the loop. */
  void flushSoon() {
    if (!flushPlanned && !over) {
      flushPlanned = true;
      loop.execute(
          () -> {
            flushPlanned = false;
            flush();
          });
    }
    checkBudget();
  }

  /** Sends the session's output now. */
  void flush() {
    if (!over && socketBytes < MAX_SOCKET_BYTES) {
      if (send(taken -> flush())) {
        checkBudget();
      }
    }
  }

  /**
   * Sends the session's output for the last time.
   *
   * @param done called when the socket accepted it or failed
   */
  void flushAndEnd(Libp2pException cause, Runnable done) {
    boolean sent = !over && send(taken -> done.run());
    end(cause);
    if (!sent) {
      done.run();
    }
  }

  /** Sends nothing more; writes that were not passed to the socket fail. */
  void end(Libp2pException cause) {
    over = true;
    List<CompletableFuture<Void>> failed = covered;
    covered = new ArrayList<>();
    failed.forEach(write -> write.completeExceptionally(cause));
    unsent.accept(0);
  }

  /** Sends the session's output; returns whether anything was sent. */
  private boolean send(Consumer<Boolean> then) {
    if (covered.isEmpty() && !session.hasOutput()) {
      // After most reads there is nothing to send.
      return false;
    }
    byte[] plaintext = session.takeOutput();
    List<CompletableFuture<Void>> writes = covered;
    covered = new ArrayList<>();
    if (plaintext.length == 0) {
      writes.forEach(write -> write.complete(null));
      return false;
    }
    byte[] frames;
    try {
      frames = noise.encrypt(plaintext, 0, plaintext.length);
    } catch (NoiseException cause) {
      covered = writes;
      broken(Libp2pException.Code.CONNECTION_LOST, "the cipher is used up: " + cause.getMessage());
      return false;
    }
    socketBytes += frames.length;
    wire.write(
        frames,
        taken -> {
          socketBytes -= frames.length;
          count();
          writes.forEach(write -> complete(write, taken));
          then.accept(taken);
        });
    return true;
  }

  private static void complete(CompletableFuture<Void> write, boolean taken) {
    if (taken) {
      write.complete(null);
    } else {
      write.completeExceptionally(
          new Libp2pException(
              Libp2pException.Code.CONNECTION_LOST, "the connection ended during the write"));
    }
  }

  private void checkBudget() {
    long queued = socketBytes + session.queuedBytes();
    if (!over && queued > maxBytes) {
      broken(
          Libp2pException.Code.LIMIT,
          queued + " bytes wait for a peer that does not read (maxOutboundBytes " + maxBytes + ")");
    }
    count();
  }

  private void count() {
    long queued = over ? 0 : socketBytes + session.queuedBytes();
    unsent.accept(queued > UNCOUNTED_BYTES ? queued : 0);
  }

  private void broken(Libp2pException.Code code, String message) {
    Libp2pException cause = new Libp2pException(code, message);
    end(cause);
    onBroken.accept(cause);
  }
}
