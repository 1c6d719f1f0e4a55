package fil.heartbeat.libp2p.net;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Opens TCP sockets with Vert.x, by one client for each source address that dials ask for. Clients
 * are created on a loop, so that no verticle owns them.
 */
final class SocketConnector implements Connector {
  private final Vertx vertx;
  private final NetClientOptions options;
  private final Map<Optional<InetAddress>, NetClient> clients = new HashMap<>();
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
    NetClient current = client(endpoint.source());
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

  private synchronized @Nullable NetClient client(Optional<InetAddress> source) {
    return closed ? null : clients.computeIfAbsent(source, this::newClient);
  }

  private NetClient newClient(Optional<InetAddress> source) {
    NetClientOptions chosen = new NetClientOptions(options);
    source.ifPresent(local -> chosen.setLocalAddress(local.getHostAddress()));
    return vertx.createNetClient(chosen);
  }

  @Override
  public synchronized Future<Void> close() {
    closed = true;
    List<Future<Void>> closes = clients.values().stream().map(NetClient::close).toList();
    clients.clear();
    return closes.isEmpty() ? Future.succeededFuture() : Future.join(closes).mapEmpty();
  }
}
