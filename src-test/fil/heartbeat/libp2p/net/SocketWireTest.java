package fil.heartbeat.libp2p.net;

import static fil.heartbeat.libp2p.net.HostPair.get;
import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.libp2p.Multiaddr;
import io.netty.channel.Channel;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.metrics.MetricsOptions;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.spi.metrics.TCPMetrics;
import io.vertx.core.spi.metrics.VertxMetrics;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A socket of a listener, from the other end of a real one. */
class SocketWireTest {
  private static final int PATIENCE_SECONDS = 20;

  private final List<String> metered = new CopyOnWriteArrayList<>();
  private final Vertx vertx =
      Vertx.builder()
          .with(new VertxOptions().setMetricsOptions(new MetricsOptions().setEnabled(true)))
          .withMetrics(options -> new Meters())
          .build();
  private final BlockingQueue<Accepted> accepted = new LinkedBlockingQueue<>();
  private final Listener listener =
      new Listener(
          vertx,
          VertxLoop.all(vertx),
          new WorkPool(Runnable::run, () -> {}),
          (socket, loop) -> {
            Channel channel = ((NetSocketInternal) socket).channelHandlerContext().channel();
            accepted.add(new Accepted(new SocketWire(socket), channel, loop));
          });

  /** What the metrics of the Vertx are given of a server's sockets. */
  private final class Meters implements VertxMetrics {
    @Override
    public TCPMetrics<?> createNetServerMetrics(NetServerOptions options, SocketAddress local) {
      return new TCPMetrics<String>() {
        @Override
        public String connected(SocketAddress remote, String name) {
          metered.add("connected");
          return "socket";
        }

        @Override
        public void disconnected(@Nullable String socket, SocketAddress remote) {
          metered.add(socket + " disconnected");
        }

        @Override
        public void bytesRead(@Nullable String socket, SocketAddress remote, long bytes) {
          metered.add(socket + " read " + bytes);
        }

        @Override
        public void bytesWritten(@Nullable String socket, SocketAddress remote, long bytes) {
          metered.add(socket + " wrote " + bytes);
        }
      };
    }
  }

  private record Accepted(Wire wire, Channel channel, Loop loop) {
    /** Runs on the loop and waits for it. */
    void on(Runnable action) {
      CompletableFuture<Void> done = new CompletableFuture<>();
      loop.execute(
          () -> {
            try {
              action.run();
              done.complete(null);
            } catch (Throwable failure) {
              done.completeExceptionally(failure);
            }
          });
      get(done);
    }
  }

  @AfterEach
  void close() {
    get(vertx.close().toCompletionStage());
  }

  private Socket dial() throws IOException {
    Multiaddr address =
        get(listener.bind(Multiaddr.parse("/ip4/127.0.0.1/tcp/0")).toCompletionStage());
    var port = Pattern.compile("/tcp/([0-9]+)").matcher(address.toString());
    assertThat(port.find()).isTrue();
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), Integer.parseInt(port.group(1)));
    socket.setSoTimeout(PATIENCE_SECONDS * 1000);
    return socket;
  }

  private Accepted next() throws InterruptedException {
    Accepted next = accepted.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    assertThat(next).isNotNull();
    return next;
  }

  @Test
  void bytesGoBothWaysWithoutTheQueuesOfVertx() throws Exception {
    try (Socket socket = dial()) {
      Accepted server = next();
      assertThat(server.channel().pipeline().names()).contains("libp2p").doesNotContain("handler");
      BlockingQueue<byte[]> received = new LinkedBlockingQueue<>();
      CompletableFuture<Void> closed = new CompletableFuture<>();
      server.on(
          () -> {
            server
                .wire()
                .owner(
                    bytes -> {
                      received.add(bytes);
                      server.wire().write(bytes, done -> {});
                    },
                    () -> closed.complete(null));
            server.wire().resume();
          });
      socket.getOutputStream().write(new byte[] {1, 2, 3});
      assertThat(received.poll(PATIENCE_SECONDS, TimeUnit.SECONDS)).containsExactly(1, 2, 3);
      assertThat(socket.getInputStream().readNBytes(3)).containsExactly(1, 2, 3);
      socket.shutdownOutput();
      get(closed);
      server.on(() -> {});
      assertThat(metered)
          .containsExactly("connected", "socket read 3", "socket wrote 3", "socket disconnected");
    }
  }

  @Test
  void aPausedSocketIsNotRead() throws Exception {
    try (Socket socket = dial()) {
      Accepted server = next();
      BlockingQueue<byte[]> received = new LinkedBlockingQueue<>();
      server.on(
          () ->
              server
                  .wire()
                  .owner(
                      bytes -> {
                        received.add(bytes);
                        server.wire().pause();
                      },
                      () -> {}));
      socket.getOutputStream().write(new byte[] {1});
      server.on(() -> assertThat(server.channel().config().isAutoRead()).isFalse());
      assertThat(received).isEmpty();
      server.on(server.wire()::resume);
      assertThat(received.poll(PATIENCE_SECONDS, TimeUnit.SECONDS)).containsExactly(1);
      socket.getOutputStream().write(new byte[] {2});
      server.on(() -> assertThat(server.channel().config().isAutoRead()).isFalse());
      assertThat(received).isEmpty();
      server.on(server.wire()::resume);
      assertThat(received.poll(PATIENCE_SECONDS, TimeUnit.SECONDS)).containsExactly(2);
    }
  }

  @Test
  void aWriteToAClosedSocketFails() throws Exception {
    try (Socket socket = dial()) {
      Accepted server = next();
      CompletableFuture<Void> closed = new CompletableFuture<>();
      CompletableFuture<Boolean> written = new CompletableFuture<>();
      server.on(
          () -> {
            server.wire().owner(bytes -> {}, () -> closed.complete(null));
            server.wire().abort();
          });
      get(closed);
      server.on(() -> server.wire().write(new byte[] {1}, written::complete));
      assertThat(get(written)).isFalse();
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
    }
  }

  @Test
  void itEndsWithItsListener() throws Exception {
    try (Socket socket = dial()) {
      Accepted server = next();
      CompletableFuture<Void> closed = new CompletableFuture<>();
      server.on(() -> server.wire().owner(bytes -> {}, () -> closed.complete(null)));
      get(listener.close().toCompletionStage());
      get(closed);
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
    }
  }
}
