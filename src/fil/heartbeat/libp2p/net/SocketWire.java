package fil.heartbeat.libp2p.net;

import fil.heartbeat.libp2p.Multiaddr;
import io.netty.buffer.Unpooled;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import java.net.InetSocketAddress;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A TCP socket of Vert.x. */
final class SocketWire implements Wire {
  private final NetSocketInternal socket;
  private final Multiaddr remoteAddress;
  private final Multiaddr localAddress;
  private Runnable onClosed = () -> {};
  private boolean closed;

  /** Takes the socket over; call it on the socket's loop before anything was read. */
  SocketWire(NetSocket socket) {
    this.socket = (NetSocketInternal) socket;
    this.remoteAddress = multiaddr(socket.remoteAddress());
    this.localAddress = multiaddr(socket.localAddress());
    pause();
    socket.exceptionHandler(error -> {});
    socket.closeHandler(
        end -> {
          closed = true;
          onClosed.run();
        });
  }

  /** Returns the remote address of an accepted socket; null when it is already closed. */
  static @Nullable InetSocketAddress remote(NetSocket socket) {
    return (InetSocketAddress)
        ((NetSocketInternal) socket).channelHandlerContext().channel().remoteAddress();
  }

  /** Closes a socket that was not taken over. */
  static void drop(NetSocket socket) {
    close((NetSocketInternal) socket);
  }

  /** Closes a socket; ignores a failed close. */
  @SuppressWarnings("FutureReturnValueIgnored")
  private static void close(NetSocketInternal socket) {
    socket.channelHandlerContext().close();
  }

  private static Multiaddr multiaddr(SocketAddress address) {
    return Multiaddr.ofSocket(address.hostAddress(), address.port());
  }

  @Override
  public void owner(Consumer<byte[]> onBytes, Runnable onClosed) {
    this.onClosed = onClosed;
    socket.handler(buffer -> onBytes.accept(buffer.getBytes()));
    if (closed) {
      onClosed.run();
    }
  }

  @Override
  public void write(byte[] bytes, Consumer<Boolean> done) {
    socket
        .writeMessage(Unpooled.wrappedBuffer(bytes))
        .onComplete(result -> done.accept(result.succeeded()));
  }

  /** Vert.x alone would continue to read up to eight buffers for each paused socket. */
  @Override
  public void pause() {
    socket.pause();
    socket.channelHandlerContext().channel().config().setAutoRead(false);
  }

  /**
   * Reading resumes first: the bytes that Vert.x still holds are delivered from here and may pause
   * again.
   */
  @Override
  public void resume() {
    socket.channelHandlerContext().channel().config().setAutoRead(true);
    socket.resume();
  }

  /** Bypasses Vert.x's own close, which waits for queued bytes that a stuck peer never reads. */
  @Override
  public void abort() {
    close(socket);
  }

  @Override
  public Multiaddr remoteAddress() {
    return remoteAddress;
  }

  @Override
  public Multiaddr localAddress() {
    return localAddress;
  }
}
