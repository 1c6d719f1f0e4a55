package fil.heartbeat.libp2p.jvm;

import fil.heartbeat.libp2p.Libp2pException;
import fil.heartbeat.libp2p.Libp2pException.Code;
import fil.heartbeat.libp2p.Multiaddr;
import fil.heartbeat.libp2p.PeerId;
import fil.heartbeat.libp2p.Stream;
import fil.heartbeat.libp2p.StreamListener;
import fil.heartbeat.libp2p.host.InboundBudget;
import fil.heartbeat.libp2p.host.Refusal;
import fil.heartbeat.libp2p.host.Unawaited;
import io.libp2p.etc.util.netty.mux.MuxId;
import io.libp2p.etc.util.netty.mux.RemoteWriteClosed;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A stream whose protocol is agreed. State lives on the connection's loop; calls from other threads
 * are passed to it.
 *
 * <p>The library's write reports nothing, so a write here completes when {@link Frames} saw the
 * socket accept its last frame. Credit for bytes goes back before the listener has processed them,
 * not after; while the stream is paused it is withheld, so that the peer can send one window and no
 * more.
 */
final class JvmStream implements Stream {
  private static final Logger log = LoggerFactory.getLogger(JvmStream.class);

  private final Link link;
  private final StreamHead head;
  private final Channel channel;
  private final String protocol;
  private final CompletableFuture<Void> closed = new CompletableFuture<>();
  private final InboundBudget.Holder unread;
  private ByteArrayOutputStream held = new ByteArrayOutputStream(0);
  private StreamListener listener = bytes -> {};
  private int kept;
  private boolean paused;
  private boolean writeClosed;
  private boolean disconnected;
  private boolean remoteClosed;
  private boolean remoteCloseHeld;
  private boolean goneHeld;
  private boolean over;
  private @Nullable Libp2pException cause;

  JvmStream(StreamHead head, Channel channel, String protocol) {
    this.link = head.link();
    this.head = head;
    this.channel = channel;
    this.protocol = protocol;
    this.unread = link.budget().holder(() -> run(this::overInboundBudget));
    head.agreed(true);
    link.add(this);
    channel.pipeline().addLast(new Events());
    channel.closeFuture().addListener(done -> onChannelClosed());
  }

  /**
   * Sets the listener; must be called before any event. The supplier is user code and may throw.
   */
  void listen(Supplier<StreamListener> handler) {
    try {
      listener = handler.get();
      if (over) {
        listener.onClosed(cause);
      }
    } catch (RuntimeException failure) {
      handlerFailed(failure);
    }
  }

  @Override
  public PeerId remotePeer() {
    return link.peer();
  }

  @Override
  public Multiaddr remoteAddress() {
    return link.remoteAddress();
  }

  @Override
  public String protocol() {
    return protocol;
  }

  @Override
  public CompletionStage<Void> write(byte[] bytes) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    run(() -> write(bytes, done));
    return done;
  }

  private void write(byte[] bytes, CompletableFuture<Void> done) {
    if (over || writeClosed) {
      Libp2pException ended = cause;
      done.completeExceptionally(
          ended != null
              ? ended
              : new Libp2pException(Code.CLOSED, "our direction of the stream was closed"));
      return;
    }
    channel
        .writeAndFlush(Unpooled.wrappedBuffer(bytes))
        .addListener(
            given -> {
              if (!given.isSuccess()) {
                // The write itself may have ended the stream.
                Libp2pException why = cause;
                done.completeExceptionally(
                    why != null
                        ? why
                        : new Libp2pException(
                            Code.CONNECTION_LOST, Failures.text(given.cause()), given.cause()));
              }
            });
    head.flow().whenTaken(done);
  }

  /** The library drops waiting bytes when both directions are closed, so they are sent first. */
  @Override
  public void closeWrite() {
    run(
        () -> {
          if (!over && !writeClosed) {
            writeClosed = true;
            CompletableFuture<Void> sent = new CompletableFuture<>();
            Unawaited.logged(
                sent.thenRun(
                    () -> {
                      disconnected = true;
                      EventLoops.disconnect(channel);
                    }),
                log,
                "end of our direction");
            head.flow().whenTaken(sent);
          }
        });
  }

  @Override
  public void reset() {
    run(() -> resetByUs("reset"));
  }

  @Override
  public void violated(String reason, String detail) {
    run(
        () -> {
          if (!over) {
            drop(reason);
            if (head.isInbound()) {
              link.resetForViolation(reason, detail);
            }
          }
        });
  }

  /** Resets without blaming the peer: the reset is only counted. */
  private void resetByUs(String reason) {
    if (!over) {
      drop(reason);
      if (head.isInbound()) {
        link.countRefused(reason);
      }
    }
  }

  private void drop(String reason) {
    end(new Libp2pException(Code.CLOSED, "the stream was reset by us: " + reason));
    EventLoops.close(channel);
  }

  MuxId id() {
    return head.id();
  }

  @Override
  public void expire(String reason) {
    run(() -> drop(Code.CLOSED, reason));
  }

  @Override
  public void supplant(String reason) {
    run(
        () -> {
          if (!over) {
            link.frames().reset(head.id(), Frames.SUPPLANTED);
            drop(Code.CLOSED, reason);
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
      drop(Code.LIMIT, Refusal.INBOUND.label());
      link.logInboundLimit();
    }
  }

  /** Resets without blaming the peer. */
  private void drop(Code why, String reason) {
    if (!over) {
      end(new Libp2pException(why, "the stream was reset by us: " + reason));
      EventLoops.close(channel);
      link.countRefused(reason);
    }
  }

  @Override
  public void pause() {
    run(
        () -> {
          paused = true;
          head.flow().pause();
        });
  }

  @Override
  public void resume() {
    run(this::deliverHeld);
  }

  private void deliverHeld() {
    if (!paused) {
      return;
    }
    paused = false;
    link.frames().resume(head.id(), head.flow());
    if (held.size() > 0) {
      ByteBuffer bytes = ByteBuffer.wrap(held.toByteArray());
      held = new ByteArrayOutputStream(0);
      count();
      deliver(bytes);
    }
    if (!paused && !over && remoteCloseHeld) {
      remoteCloseHeld = false;
      notifyRemoteClose();
    }
    if (!paused && !over && goneHeld) {
      end(null);
    }
  }

  @Override
  public CompletionStage<Void> closed() {
    return closed;
  }

  @Override
  public void closeConnection() {
    link.close("closed by us");
  }

  /** The stream's connection ended. */
  void gone(Libp2pException why) {
    end(head.flow().isSupplanted() ? supplanted() : why);
  }

  private Libp2pException supplanted() {
    return new Libp2pException(
        Code.SUPPLANTED,
        link.peer() + " reset the stream (newer connections of this id took its place)");
  }

  private void onChannelClosed() {
    Libp2pException ofLink = link.cause();
    if (head.flow().isSupplanted()) {
      end(supplanted());
    } else if (ofLink != null) {
      end(ofLink);
    } else if (!remoteClosed || !disconnected) {
      end(new Libp2pException(Code.RESET, link.peer() + " reset the stream"));
    } else if (paused && (held.size() > 0 || remoteCloseHeld)) {
      goneHeld = true;
    } else {
      end(null);
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
    head.flow().fail(why != null ? why : new Libp2pException(Code.CLOSED, "the stream ended"));
    try {
      listener.onClosed(why);
    } catch (RuntimeException failure) {
      log.warn("stream listener failed protocol={} event=closed", protocol, failure);
    }
    if (why == null) {
      closed.complete(null);
    } else {
      closed.completeExceptionally(why);
    }
    link.remove(this);
  }

  private void deliver(ByteBuffer bytes) {
    try {
      listener.onData(bytes);
    } catch (RuntimeException failure) {
      handlerFailed(failure);
    }
  }

  private void notifyRemoteClose() {
    try {
      listener.onRemoteClose();
    } catch (RuntimeException failure) {
      handlerFailed(failure);
    }
  }

  private void handlerFailed(RuntimeException failure) {
    log.warn("stream handler failed protocol={} peer={}", protocol, remotePeer(), failure);
    resetByUs("handler-error");
  }

  private void run(Runnable action) {
    EventLoops.run(link.channel().eventLoop(), action);
  }

  /** Receives the library's events of the stream. */
  private final class Events extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      ByteBuf bytes = (ByteBuf) message;
      try {
        if (over || !bytes.isReadable()) {
          return;
        }
        if (paused) {
          byte[] copy = new byte[bytes.readableBytes()];
          bytes.readBytes(copy);
          held.writeBytes(copy);
          count();
        } else {
          deliver(bytes.nioBuffer());
        }
      } finally {
        bytes.release();
      }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
      if (event != RemoteWriteClosed.INSTANCE) {
        ctx.fireUserEventTriggered(event);
        return;
      }
      remoteClosed = true;
      if (paused) {
        remoteCloseHeld = true;
      } else if (!over) {
        notifyRemoteClose();
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable failure) {
      log.debug("stream broke protocol={} peer={}", protocol, remotePeer(), failure);
      resetByUs("fault");
    }
  }
}
