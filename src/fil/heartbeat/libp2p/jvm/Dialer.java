package fil.heartbeat.libp2p.jvm;

import fil.heartbeat.libp2p.DialOptions;
import fil.heartbeat.libp2p.DialStep;
import fil.heartbeat.libp2p.Libp2pException;
import fil.heartbeat.libp2p.Libp2pException.Code;
import fil.heartbeat.libp2p.Multiaddr;
import fil.heartbeat.libp2p.PeerId;
import fil.heartbeat.libp2p.host.ConnectionGuard;
import fil.heartbeat.libp2p.host.Keepalive;
import fil.heartbeat.libp2p.host.Unawaited;
import io.libp2p.transport.implementation.ConnectionBuilder;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Dials each peer once at a time for all concurrent callers. A dial has a time limit for each step;
 * each caller has its own deadline. Thread-safe.
 */
final class Dialer {
  private static final Logger log = LoggerFactory.getLogger(Dialer.class);

  /** A dial in progress, and the address that it tries. */
  record SharedDial(Multiaddr target, CompletableFuture<Link> result) {}

  private final HostParts host;
  private final Names names;
  private final Sockets sockets;
  private final Upgrades upgrades;
  private final Adopter adopter;
  private final Map<PeerId, SharedDial> sharedDials = new HashMap<>();
  private final Set<Channel> open = ConcurrentHashMap.newKeySet();
  private boolean closed;

  Dialer(HostParts host, Names names, Sockets sockets, Upgrades upgrades, Adopter adopter) {
    this.host = host;
    this.names = names;
    this.sockets = sockets;
    this.upgrades = upgrades;
    this.adopter = adopter;
  }

  /** Returns the present dial to the peer, or a new one. */
  SharedDial connect(Multiaddr target, PeerId peer, DialOptions options) {
    SharedDial begun;
    synchronized (this) {
      SharedDial running = sharedDials.get(peer);
      if (running != null) {
        return running;
      }
      begun = new SharedDial(target, new CompletableFuture<>());
      if (closed) {
        begun.result().completeExceptionally(hostClosed());
        return begun;
      }
      sharedDials.put(peer, begun);
    }
    names
        .resolve(target)
        .onFailure(failure -> complete(peer, begun, null, (Libp2pException) failure))
        .onSuccess(
            found -> {
              options.progress().accept(DialStep.RESOLVED);
              next(peer, begun, options, found, 0, null);
            });
    return begun;
  }

  /** Ends all dials. */
  void close() {
    List<SharedDial> running;
    synchronized (this) {
      closed = true;
      running = List.copyOf(sharedDials.values());
      sharedDials.clear();
    }
    open.forEach(EventLoops::close);
    running.forEach(shared -> shared.result().completeExceptionally(hostClosed()));
  }

  private void next(
      PeerId peer,
      SharedDial shared,
      DialOptions options,
      List<InetSocketAddress> endpoints,
      int index,
      @Nullable Libp2pException before) {
    if (shared.result().isDone()) {
      return;
    }
    if (index == endpoints.size() && before != null) {
      complete(peer, shared, null, before);
      return;
    }
    Unawaited.logged(
        attempt(peer, options, endpoints.get(index))
            .whenComplete(
                (link, failure) -> {
                  if (link != null) {
                    complete(peer, shared, link, null);
                  } else {
                    Libp2pException now = (Libp2pException) Failures.root(failure);
                    next(peer, shared, options, endpoints, index + 1, both(before, now));
                  }
                }),
        log,
        "attempt to connect");
  }

  /**
   * Combines both failures; the code is the last one that is more specific than a failed connect.
   */
  private static Libp2pException both(@Nullable Libp2pException before, Libp2pException now) {
    if (before == null) {
      return now;
    }
    Code code = now.code() == Code.CONNECT_FAILED ? before.code() : now.code();
    return new Libp2pException(code, before.getMessage() + "; " + now.getMessage());
  }

  private void complete(
      PeerId peer, SharedDial shared, @Nullable Link link, @Nullable Libp2pException failure) {
    synchronized (this) {
      sharedDials.remove(peer, shared);
    }
    if (link != null) {
      shared.result().complete(link);
    } else if (failure != null) {
      shared.result().completeExceptionally(failure);
    }
  }

  private CompletableFuture<Link> attempt(
      PeerId peer, DialOptions options, InetSocketAddress endpoint) {
    CompletableFuture<Link> result = new CompletableFuture<>();
    ConnectionGuard.Ticket ticket = host.guard().dial();
    if (ticket.refusal() != null) {
      result.completeExceptionally(
          new Libp2pException(Code.LIMIT, "too many connections are open (raise maxConnections)"));
      return result;
    }
    String shown = endpoint.getAddress().getHostAddress() + ":" + endpoint.getPort();
    long startedNanos = System.nanoTime();
    ConnectionBuilder builder =
        upgrades.builder(
            new io.libp2p.core.PeerId(peer.toBytes()),
            options.progress(),
            connection -> {
              Link link =
                  adopter.adopt(connection, ticket, true, Keepalive.dialled(options), startedNanos);
              options.progress().accept(DialStep.MUXED);
              result.complete(link);
            });
    ChannelFuture connecting =
        options
            .source()
            .map(local -> new InetSocketAddress(local, 0))
            .map(local -> sockets.client(builder).connect(endpoint, local))
            .orElseGet(() -> sockets.client(builder).connect(endpoint));
    Channel channel = connecting.channel();
    open.add(channel);
    channel.closeFuture().addListener(done -> ConnectionGuard.start(host.guard().gone(ticket)));
    connecting.addListener(
        done -> {
          if (!done.isSuccess()) {
            result.completeExceptionally(Failures.ofConnect(shown, done.cause()));
            return;
          }
          options.progress().accept(DialStep.CONNECTED);
          Future<?> limit =
              channel
                  .eventLoop()
                  .schedule(
                      () ->
                          result.completeExceptionally(
                              new Libp2pException(
                                  Code.TIMEOUT,
                                  shown + " accepted, but did not finish the handshake in time")),
                      host.config().deadlines().upgradeTimeout().toNanos(),
                      TimeUnit.NANOSECONDS);
          Unawaited.logged(
              result.whenComplete((link, failure) -> limit.cancel(false)),
              log,
              "attempt to connect");
        });
    Unawaited.logged(
        builder
            .getConnectionEstablished()
            .whenComplete(
                (connection, failure) -> {
                  if (failure != null && connecting.isSuccess()) {
                    host.counters().failedUpgrades.count(Failures.reasonOfUpgrade(failure));
                    result.completeExceptionally(
                        Failures.ofUpgrade(shown, peer.toString(), failure));
                  }
                }),
        log,
        "upgrade");
    Unawaited.logged(
        result.whenComplete(
            (link, failure) -> {
              open.remove(channel);
              if (failure != null) {
                EventLoops.close(channel);
              }
            }),
        log,
        "attempt to connect");
    return result;
  }

  private static Libp2pException hostClosed() {
    return new Libp2pException(Code.CLOSED, "the host was closed");
  }
}
