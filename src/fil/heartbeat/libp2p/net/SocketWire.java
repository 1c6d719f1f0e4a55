package fil.heartbeat.libp2p.net;

import fil.heartbeat.libp2p.Multiaddr;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.impl.ShutdownEvent;
import io.vertx.core.net.impl.VertxConnection;
import io.vertx.core.spi.metrics.TCPMetrics;
import java.net.InetSocketAddress;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A TCP socket that Vert.x accepted or connected. It is used as the Netty channel that it is:
 * queues of a {@link NetSocket} take 5 KiB of each connection, and buffers are copied on their way
 * through them. What Vert.x does beside that is done here: its context, its metrics, and the end of
 * the socket with that of its server or client.
 */
final class SocketWire implements Wire {
  private final Channel channel;
  private final ContextInternal context;
  private final Multiaddr remoteAddress;
  private final Multiaddr localAddress;
  private final @Nullable Meter meter;
  private Consumer<byte[]> onBytes = bytes -> {};
  private Runnable onClosed = () -> {};
  private boolean closed;
  private boolean reading;
  private boolean written;

  /** Takes the socket over; call it on the socket's loop before anything was read. */
  SocketWire(NetSocket socket) {
    this.remoteAddress = multiaddr(socket.remoteAddress());
    this.localAddress = multiaddr(socket.localAddress());
    VertxConnection connection = (VertxConnection) socket;
    this.context = connection.context();
    this.channel = connection.channel();
    this.meter = Meter.of(connection, socket.remoteAddress());
    pause();
    ChannelHandlerContext ofVertx = connection.channelHandlerContext();
    this.closed = ofVertx.isRemoved() || !channel.isOpen();
    if (!closed) {
      var unused = channel.pipeline().replace(ofVertx.handler(), "libp2p", new Events());
    }
  }

  /** Returns the remote address of an accepted socket; null when it is already closed. */
  static @Nullable InetSocketAddress remote(NetSocket socket) {
    return (InetSocketAddress)
        ((NetSocketInternal) socket).channelHandlerContext().channel().remoteAddress();
  }

  /** Closes a socket that was not taken over; ignores a failed close. */
  @SuppressWarnings("FutureReturnValueIgnored")
  static void drop(NetSocket socket) {
    ((NetSocketInternal) socket).channelHandlerContext().close();
  }

  private static Multiaddr multiaddr(SocketAddress address) {
    return Multiaddr.ofSocket(address.hostAddress(), address.port());
  }

  @Override
  public void owner(Consumer<byte[]> onBytes, Runnable onClosed) {
    this.onBytes = onBytes;
    this.onClosed = onClosed;
    if (closed) {
      onClosed.run();
    }
  }

  /** What is written while bytes are read leaves with the rest of it. */
  @Override
  public void write(byte[] bytes, Consumer<Boolean> done) {
    ByteBuf buffer = Unpooled.wrappedBuffer(bytes);
    written |= reading;
    var sent = reading ? channel.write(buffer) : channel.writeAndFlush(buffer);
    var unused =
        sent.addListener(
            result -> {
              if (meter != null && result.isSuccess()) {
                meter.written(bytes.length);
              }
              context.emit(result.isSuccess(), done::accept);
            });
  }

  @Override
  public void pause() {
    channel.config().setAutoRead(false);
  }

  @Override
  public void resume() {
    channel.config().setAutoRead(true);
  }

  /** Ignores a failed close. */
  @Override
  @SuppressWarnings("FutureReturnValueIgnored")
  public void abort() {
    channel.close();
  }

  @Override
  public Multiaddr remoteAddress() {
    return remoteAddress;
  }

  @Override
  public Multiaddr localAddress() {
    return localAddress;
  }

  private void closed() {
    if (!closed) {
      closed = true;
      if (meter != null) {
        meter.closed();
      }
      context.emit(nothing -> onClosed.run());
    }
  }

  /** What comes from the channel; all on its loop. */
  private final class Events extends ChannelInboundHandlerAdapter {

    @Override
    public void channelRead(ChannelHandlerContext unused, Object message) {
      byte[] bytes;
      try {
        bytes = ByteBufUtil.getBytes((ByteBuf) message);
      } finally {
        ReferenceCountUtil.release(message);
      }
      if (meter != null) {
        meter.read(bytes.length);
      }
      reading = true;
      context.emit(bytes, onBytes::accept);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext unused) {
      reading = false;
      if (written) {
        written = false;
        var ignored = channel.flush();
      }
    }

    @Override
    public void channelInactive(ChannelHandlerContext unused) {
      closed();
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored")
    public void exceptionCaught(ChannelHandlerContext unused, Throwable cause) {
      channel.close();
    }

    /** The server that accepted it, the client that connected it, or the Vertx closes. */
    @Override
    @SuppressWarnings("FutureReturnValueIgnored")
    public void userEventTriggered(ChannelHandlerContext unused, Object event) {
      if (event instanceof ShutdownEvent) {
        channel.close();
      } else {
        ReferenceCountUtil.release(event);
      }
    }
  }

  /** Counts for the metrics of a Vertx that has some. */
  private record Meter(
      TCPMetrics<Object> metrics, @Nullable Object metric, SocketAddress remoteAddress) {

    @SuppressWarnings("unchecked")
    static @Nullable Meter of(VertxConnection connection, SocketAddress remoteAddress) {
      return connection.metrics() instanceof TCPMetrics<?> metrics
          ? new Meter((TCPMetrics<Object>) metrics, connection.metric(), remoteAddress)
          : null;
    }

    void read(int bytes) {
      metrics.bytesRead(metric, remoteAddress, bytes);
    }

    void written(int bytes) {
      metrics.bytesWritten(metric, remoteAddress, bytes);
    }

    void closed() {
      metrics.disconnected(metric, remoteAddress);
    }
  }
}
