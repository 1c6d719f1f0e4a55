package fil.heartbeat.libp2p.jvm;

import fil.heartbeat.libp2p.HostConfig;
import fil.heartbeat.libp2p.Multiaddr;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import io.netty.util.concurrent.EventExecutor;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Sockets on the event loops of a Vertx. All hosts of a Vertx share the loops and own no thread, so
 * none is left when they stop; the library's own transport starts two loops a core for each host.
 */
final class Sockets {
  /** All peers reconnect at once when a listener restarts. */
  private static final int BACKLOG = 1024;

  private final VertxInternal vertx;
  private final HostConfig config;

  Sockets(Vertx vertx, HostConfig config) {
    this.vertx = (VertxInternal) vertx;
    this.config = config;
  }

  Bootstrap client(ChannelHandler handler) {
    return new Bootstrap()
        .group(vertx.nettyEventLoopGroup())
        .channelFactory(vertx.transport().channelFactory(false))
        .option(
            ChannelOption.CONNECT_TIMEOUT_MILLIS,
            Math.toIntExact(config.deadlines().connectTimeout().toMillis()))
        .option(ChannelOption.TCP_NODELAY, true)
        .option(ChannelOption.SO_KEEPALIVE, true)
        .handler(handler);
  }

  ServerBootstrap server(ChannelHandler childHandler) {
    return new ServerBootstrap()
        .group(vertx.acceptorEventLoopGroup(), vertx.nettyEventLoopGroup())
        .channelFactory(vertx.transport().serverChannelFactory(false))
        .option(ChannelOption.SO_BACKLOG, BACKLOG)
        .option(ChannelOption.SO_REUSEADDR, true)
        .childOption(ChannelOption.TCP_NODELAY, true)
        .childOption(ChannelOption.SO_KEEPALIVE, true)
        .childHandler(childHandler);
  }

  /**
   * Completes once the accepting thread has called its selector again, or has stopped: only then
   * does the JDK release closed listening sockets and their ports.
   */
  CompletableFuture<Void> portsFreed() {
    CompletableFuture<Void> freed = new CompletableFuture<>();
    EventExecutor acceptor = vertx.acceptorEventLoopGroup().next();
    try {
      // A task may still run before the selector is called; a timer that a task sets cannot.
      acceptor.execute(
          () ->
              acceptor
                  .schedule(() -> {}, 1, TimeUnit.NANOSECONDS)
                  .addListener(passedOrStopped -> freed.complete(null)));
    } catch (RejectedExecutionException stopped) {
      freed.complete(null);
    }
    return freed;
  }

  static Multiaddr address(InetSocketAddress socket) {
    return Multiaddr.ofSocket(socket.getAddress().getHostAddress(), socket.getPort());
  }

  /** Returns the remote address; null when the socket is already closed. */
  static @Nullable InetSocketAddress remote(Channel channel) {
    SocketAddress remote = channel.remoteAddress();
    return remote instanceof InetSocketAddress known ? known : null;
  }
}
