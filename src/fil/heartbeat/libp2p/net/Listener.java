package fil.heartbeat.libp2p.net;

import fil.heartbeat.libp2p.Libp2pException;
import fil.heartbeat.libp2p.Libp2pException.Code;
import fil.heartbeat.libp2p.Multiaddr;
import fil.heartbeat.libp2p.host.TcpTarget;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;

/**
 * One bound address, served on every event loop: a Vert.x server for each loop, all sharing the
 * socket; Vert.x distributes the accepted connections among them.
 */
final class Listener {
  /** All peers reconnect at once when a listener restarts. */
  private static final int BACKLOG = 1024;

  /**
   * Vert.x shares a random port between servers that pass the same negative number. Each listener
   * uses its own, far from numbers that other code may pass.
   */
  private static final AtomicInteger RANDOM_PORTS = new AtomicInteger(-1_000_000);

  private final Vertx vertx;
  private final List<Loop> loops;
  private final WorkPool workers;
  private final BiConsumer<NetSocket, Loop> onSocket;
  private final List<Future<NetServer>> servers = new ArrayList<>();

  /**
   * Completes when the port is known to be free; completed by the probe, or by a close before it.
   */
  private final Promise<Void> free = Promise.promise();

  private boolean probing;
  private boolean closed;

  Listener(Vertx vertx, List<Loop> loops, WorkPool workers, BiConsumer<NetSocket, Loop> onSocket) {
    this.vertx = vertx;
    this.loops = loops;
    this.workers = workers;
    this.onSocket = onSocket;
  }

  /** Binds; may be called once. Returns the address with the port as bound. */
  Future<Multiaddr> bind(Multiaddr address) {
    InetSocketAddress wanted;
    try {
      wanted = TcpTarget.bindable(address);
    } catch (Libp2pException unusable) {
      return Future.failedFuture(unusable);
    }
    String host = wanted.getAddress().getHostAddress();
    int port = wanted.getPort() == 0 ? RANDOM_PORTS.decrementAndGet() : wanted.getPort();
    return probe(wanted)
        .compose(free -> listen(loops.get(0), host, port))
        .compose(
            first -> {
              List<Future<NetServer>> others =
                  loops.stream().skip(1).map(loop -> listen(loop, host, port)).toList();
              return Future.all(others).map(all -> Multiaddr.ofSocket(host, first.actualPort()));
            })
        .recover(
            cause -> {
              Libp2pException failure = failure(address, cause);
              return close().transform(done -> Future.failedFuture(failure));
            });
  }

  /**
   * Stops listening; completes when the port is free. A server that is about to bind may bind
   * first: Vert.x fails when it is closed meanwhile.
   */
  Future<Void> close() {
    List<Future<NetServer>> open;
    boolean begun;
    synchronized (this) {
      closed = true;
      begun = probing;
      open = List.copyOf(servers);
      servers.clear();
    }
    if (!begun) {
      free.tryFail(hostClosed());
    }
    List<Future<Void>> closes = new ArrayList<>();
    closes.add(free.future().transform(probed -> Future.succeededFuture()));
    for (Future<NetServer> server : open) {
      closes.add(
          server.transform(
              bound ->
                  bound.succeeded() ? bound.result().close() : Future.<Void>succeededFuture()));
    }
    return Future.join(closes).<Void>mapEmpty().eventually(this::portFreed);
  }

  private Future<Void> portFreed() {
    Promise<Void> freed = Promise.promise();
    VertxLoop.afterNextAccept(vertx, () -> loops.get(0).execute(freed::complete));
    return freed.future();
  }

  /**
   * Binds and releases the port. Vert.x alone would silently share the port with any other of its
   * servers in this process, whatever its protocol.
   */
  private Future<Void> probe(InetSocketAddress wanted) {
    if (wanted.getPort() == 0) {
      return Future.succeededFuture();
    }
    boolean taken =
        workers.<Boolean>submit(
            () -> {
              beginProbe();
              try (ServerSocket socket = new ServerSocket()) {
                socket.setReuseAddress(true);
                socket.bind(wanted);
                return true;
              }
            },
            new AtomicBoolean(),
            loops.get(0),
            (bound, failure) -> {
              if (failure == null) {
                free.tryComplete();
              } else {
                free.tryFail(failure);
              }
            });
    if (!taken) {
      free.tryFail(new IOException("too much work is waiting"));
    }
    return free.future();
  }

  private synchronized void beginProbe() {
    if (closed) {
      throw hostClosed();
    }
    probing = true;
  }

  private synchronized Future<NetServer> listen(Loop loop, String host, int port) {
    if (closed) {
      return Future.failedFuture(hostClosed());
    }
    Promise<NetServer> bound = Promise.promise();
    servers.add(bound.future());
    loop.execute(
        () ->
            vertx
                .createNetServer(options())
                .connectHandler(socket -> onSocket.accept(socket, loop))
                .listen(port, host)
                .onComplete(bound));
    return bound.future();
  }

  private static Libp2pException hostClosed() {
    return new Libp2pException(Code.CLOSED, "the host was closed");
  }

  private static NetServerOptions options() {
    return new NetServerOptions()
        .setTcpNoDelay(true)
        .setTcpKeepAlive(true)
        .setAcceptBacklog(BACKLOG)
        .setReuseAddress(true);
  }

  private static Libp2pException failure(Multiaddr address, Throwable cause) {
    if (cause instanceof Libp2pException known) {
      return known;
    }
    String why = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
    return new Libp2pException(Code.BIND_FAILED, "cannot listen on " + address + ": " + why, cause);
  }
}
