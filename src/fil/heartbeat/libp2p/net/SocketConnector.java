package fil.heartbeat.libp2p.net;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.SocketAddress;
import java.time.Duration;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Opens TCP sockets with Vert.x. The client is created on a loop, so that no verticle owns it. */
final class SocketConnector implements Connector {
  private final Vertx vertx;
  private final NetClientOptions options;
  private @Nullable NetClient client;
  private boolean closed;

  SocketConnector(Vertx vertx, Duration connectTimeout) {
    this.vertx = vertx;
    this.options =
        new NetClientOptions()
            .setConnectTimeout((int) Math.min(Integer.MAX_VALUE, connectTimeout.toMillis()))
            .setTcpNoDelay(true)
            .setTcpKeepAlive(true)
            .setReconnectAttempts(0);
  }

  @Override
  public void connect(
      Endpoint endpoint, Loop loop, BiConsumer<@Nullable Wire, @Nullable Throwable> done) {
    NetClient current = client();
    if (current == null) {
      done.accept(null, new IllegalStateException("the host was closed"));
      return;
    }
    current
        .connect(SocketAddress.inetSocketAddress(endpoint.socketAddress()))
        .onComplete(
            result -> {
              if (result.failed()) {
                done.accept(null, result.cause());
              } else {
                done.accept(new SocketWire(result.result()), null);
              }
            });
  }

  private synchronized @Nullable NetClient client() {
    if (client == null && !closed) {
      client = vertx.createNetClient(options);
    }
    return client;
  }

  /** Closes all remaining sockets. */
  synchronized Future<Void> close() {
    closed = true;
    NetClient current = client;
    client = null;
    return current == null ? Future.succeededFuture() : current.close();
  }
}
