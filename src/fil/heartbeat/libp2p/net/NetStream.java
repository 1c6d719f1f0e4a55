package fil.heartbeat.libp2p.net;

import fil.heartbeat.libp2p.Libp2pException;
import fil.heartbeat.libp2p.Libp2pException.Code;
import fil.heartbeat.libp2p.Multiaddr;
import fil.heartbeat.libp2p.PeerId;
import fil.heartbeat.libp2p.Stream;
import fil.heartbeat.libp2p.StreamListener;
import fil.heartbeat.libp2p.host.InboundBudget;
import fil.heartbeat.libp2p.host.Refusal;
import fil.heartbeat.libp2p.yamux.YamuxSession;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A stream whose protocol is agreed. State lives on the connection's loop; calls from other threads
 * are passed to it. While it is paused, received bytes are held here without returning credit, so
 * that the peer can send one window and no more.
 */
final class NetStream implements Stream, StreamSink {
  private static final Logger log = LoggerFactory.getLogger(NetStream.class);

  /** Discards data from the peer on an outbound stream, which has no listener. */
  static final StreamListener DISCARD = bytes -> {};

  private record PendingWrite(long mark, CompletableFuture<Void> done) {}

  private final Connection connection;
  private final int id;
  private final String protocol;
  private final CompletableFuture<Void> closed = new CompletableFuture<>();
  private final Deque<PendingWrite> writes = new ArrayDeque<>();
  private final InboundBudget.Holder unread;
  private ByteArrayOutputStream held = new ByteArrayOutputStream(0);
  private @Nullable StreamListener listener;
  private long writtenMark = -1;
  private int owedCredit;
  private boolean creditByOwner;
  private int kept;
  private boolean paused;
  private boolean remoteCloseHeld;
  private boolean goneHeld;
  private boolean over;
  private @Nullable Libp2pException cause;

  NetStream(Connection connection, int id, String protocol) {
    this.connection = connection;
    this.id = id;
    this.protocol = protocol;
    this.unread =
        connection.budget().holder(() -> connection.loop().execute(this::overInboundBudget));
  }

  /**
   * Sets the listener; must be called before any event. The supplier is user code and may throw.
   */
  void listen(Supplier<StreamListener> handler) {
    try {
      StreamListener given = handler.get();
      listener = given;
      if (over) {
        given.onClosed(cause);
      }
    } catch (RuntimeException failure) {
      handlerFailed(failure);
    }
  }

  Connection connection() {
    return connection;
  }

  @Override
  public PeerId remotePeer() {
    return connection.peer();
  }

  @Override
  public Multiaddr remoteAddress() {
    return connection.remoteAddress();
  }

  @Override
  public String protocol() {
    return protocol;
  }

  @Override
  public CompletionStage<Void> write(byte[] bytes) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    connection.loop().run(() -> write(bytes, done));
    return done;
  }

  private void write(byte[] bytes, CompletableFuture<Void> done) {
    long mark = over ? -1 : connection.session().write(id, bytes, 0, bytes.length);
    if (mark < 0) {
      Libp2pException ended = cause;
      done.completeExceptionally(
          ended != null
              ? ended
              : new Libp2pException(Code.CLOSED, "our direction of the stream was closed"));
      return;
    }
    if (mark <= writtenMark) {
      connection.writeQueue().completeWithNextFlush(done);
    } else {
      writes.addLast(new PendingWrite(mark, done));
    }
    connection.pingWithBytes();
    connection.writeQueue().flushSoon();
  }

  @Override
  public void closeWrite() {
    connection
        .loop()
        .run(
            () -> {
              if (!over) {
                connection.session().closeWrite(id);
                connection.writeQueue().flushSoon();
              }
            });
  }

  @Override
  public void reset() {
    connection.loop().run(() -> expire("reset"));
  }

  @Override
  public void violated(String reason, String detail) {
    connection
        .loop()
        .run(
            () -> {
              if (!over) {
                drop(Code.CLOSED, reason, YamuxSession.CODE_PROTOCOL_VIOLATION);
                connection.streams().resetForViolation(id, reason, detail);
              }
            });
  }

  @Override
  public void expire(String reason) {
    expire(reason, 0);
  }

  @Override
  public void supplant(String reason) {
    expire(reason, YamuxSession.CODE_SUPPLANTED);
  }

  private void expire(String reason, long code) {
    connection
        .loop()
        .run(
            () -> {
              if (!over) {
                drop(Code.CLOSED, reason, code);
                if (connection.streams().isInbound(id)) {
                  connection.streams().countRefused(reason);
                }
              }
            });
  }

  @Override
  public void buffered(int bytes) {
    kept = bytes;
    count();
  }

  private void count() {
    if (!over) {
      unread.holds((long) kept + held.size());
    }
  }

  private void overInboundBudget() {
    if (!over) {
      drop(Code.LIMIT, Refusal.INBOUND.label(), YamuxSession.CODE_RESOURCE_LIMIT);
      connection.streams().countRefused(Refusal.INBOUND.label());
      connection.streams().logInboundLimit();
    }
  }

  private void drop(Code why, String reason, long code) {
    connection.session().reset(id, code);
    connection.writeQueue().flushSoon();
    end(new Libp2pException(why, "the stream was reset by us: " + reason));
  }

  @Override
  public long unreadNanos() {
    return connection.unreadNanos();
  }

  @Override
  public void pause() {
    connection.loop().run(() -> paused = true);
  }

  @Override
  public void resume() {
    connection.loop().run(this::deliverHeld);
  }

  private void deliverHeld() {
    if (!paused) {
      return;
    }
    paused = false;
    payCredit(0);
    if (held.size() > 0) {
      byte[] bytes = held.toByteArray();
      held = new ByteArrayOutputStream(0);
      count();
      deliver(bytes, 0, bytes.length);
    }
    if (!paused && !over && remoteCloseHeld) {
      remoteCloseHeld = false;
      notifyRemoteClose();
    }
    if (!paused && !over && goneHeld) {
      end(null);
    }
    connection.writeQueue().flushSoon();
  }

  @Override
  public CompletionStage<Void> closed() {
    return closed;
  }

  @Override
  public void closeConnection() {
    connection.loop().run(() -> connection.close("closed by us"));
  }

  @Override
  public void onData(byte[] bytes, int offset, int length) {
    if (over || length == 0) {
      return;
    }
    if (paused) {
      held.write(bytes, offset, length);
      count();
    } else {
      deliver(bytes, offset, length);
    }
  }

  private void deliver(byte[] bytes, int offset, int length) {
    StreamListener current = listener;
    try {
      if (current != null) {
        current.onData(ByteBuffer.wrap(bytes, offset, length).slice());
      }
      payCredit(creditByOwner ? 0 : length);
    } catch (RuntimeException failure) {
      handlerFailed(failure);
    }
  }

  private void payCredit(int length) {
    owedCredit += length;
    if (!paused && !over && owedCredit > 0) {
      connection.session().consumed(id, owedCredit);
      owedCredit = 0;
    }
  }

  /** From now on credit for delivered bytes goes back only by {@link #giveCredit}. */
  void keepCredit() {
    creditByOwner = true;
  }

  /**
   * Gives credit of delivered bytes back.
   *
   * @param atOnce whether the peer may be waiting for it
   */
  void giveCredit(int bytes, boolean atOnce) {
    if (!over && atOnce) {
      connection.session().consumedNow(id, bytes);
      connection.writeQueue().flushSoon();
    } else if (!over) {
      connection.session().consumed(id, bytes);
    }
  }

  @Override
  public void onRemoteClose() {
    if (paused) {
      remoteCloseHeld = true;
    } else if (!over) {
      notifyRemoteClose();
    }
  }

  private void notifyRemoteClose() {
    StreamListener current = listener;
    try {
      if (current != null) {
        current.onRemoteClose();
      }
    } catch (RuntimeException failure) {
      handlerFailed(failure);
    }
  }

  @Override
  public void onWritten(long mark) {
    writtenMark = mark;
    PendingWrite first;
    while ((first = writes.peekFirst()) != null && first.mark() <= mark) {
      writes.removeFirst();
      connection.writeQueue().completeWithNextFlush(first.done());
    }
  }

  @Override
  public void onGone(@Nullable Libp2pException why) {
    if (why == null && (paused && (held.size() > 0 || remoteCloseHeld))) {
      goneHeld = true;
    } else {
      end(why);
    }
  }

  private void end(@Nullable Libp2pException why) {
    if (over) {
      return;
    }
    over = true;
    cause = why;
    held = new ByteArrayOutputStream(0);
    unread.holds(0);
    connection.streams().forget(id, this);
    Libp2pException forWrites =
        why != null ? why : new Libp2pException(Code.CLOSED, "the stream ended");
    writes.forEach(write -> write.done().completeExceptionally(forWrites));
    writes.clear();
    StreamListener current = listener;
    try {
      if (current != null) {
        current.onClosed(why);
      }
    } catch (RuntimeException failure) {
      log.warn("stream listener failed protocol={} event=closed", protocol, failure);
    }
    if (why == null) {
      closed.complete(null);
    } else {
      closed.completeExceptionally(why);
    }
  }

  private void handlerFailed(RuntimeException failure) {
    if (!over) {
      drop(Code.CLOSED, "handler-error", 0);
      connection.streams().handlerFailed(protocol, failure);
    }
  }
}
