package fil.heartbeat.libp2p.net;

import fil.heartbeat.libp2p.HostConfig;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Resources that hosts need and may share: event loops, threads for handshakes and names, the
 * client that opens sockets.
 */
record HostResources(
    Vertx vertx,
    List<Loop> loops,
    WorkPool crypto,
    WorkPool names,
    NameSource nameSource,
    Connector connector) {

  /** Concurrent lookups; a broken resolver holds a thread for many seconds. */
  private static final int NAME_THREADS = 4;

  private static final int MAX_WAITING_LOOKUPS = 256;

  /**
   * @param name prefix of thread names
   */
  static HostResources create(
      Vertx vertx, String name, HostConfig config, List<Loop> loops, NameSource source) {
    return new HostResources(
        vertx,
        loops,
        WorkPool.threads(
            name + "-crypto", config.crypto().cryptoThreads(), config.crypto().cryptoQueue()),
        WorkPool.threads(name + "-names", NAME_THREADS, MAX_WAITING_LOOKUPS),
        source,
        new SocketConnector(vertx, config.deadlines().connectTimeout()));
  }

  /** Closes the remaining sockets and stops the threads; never fails. */
  CompletableFuture<Void> close() {
    return TcpHost.settled(connector.close())
        .thenRun(
            () -> {
              crypto.close();
              names.close();
            });
  }
}
