package fil.heartbeat.libp2p.jvm;

import fil.heartbeat.libp2p.DialOptions;
import fil.heartbeat.libp2p.DialStep;
import fil.heartbeat.libp2p.Libp2pException;
import fil.heartbeat.libp2p.Libp2pException.Code;
import fil.heartbeat.libp2p.Multiaddr;
import fil.heartbeat.libp2p.PeerId;
import fil.heartbeat.libp2p.host.ConnectionGuard;
import fil.heartbeat.libp2p.host.Keepalive;
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

/**
 * Dials each peer once at a time, however many ask. A dial has a limit for each step; those who
 * wait for it have their own deadline. Thread-safe.
 */
final class Dials {
  /** A dial that goes on, and the address that it tries. */
  record Joint(Multiaddr target, CompletableFuture<Link> result) {}

  private final HostParts host;
  private final Names names;
  private final Sockets sockets;
  private final Upgrades upgrades;
  private final Adoption adoption;
  private final Map<PeerId, Joint> joints = new HashMap<>();
  private final Set<Channel> open = ConcurrentHashMap.newKeySet();
  private boolean closed;

  Dials(HostParts host, Names names, Sockets sockets, Upgrades upgrades, Adoption adoption) {
    this.host = host;
    this.names = names;
    this.sockets = sockets;
    this.upgrades = upgrades;
    this.adoption = adoption;
  }

  /** The dial to the peer that goes on, or a new one. */
  Joint connect(Multiaddr target, PeerId peer, DialOptions options) {
    Joint begun;
    synchronized (this) {
      Joint running = joints.get(peer);
      if (running != null) {
        return running;
      }
      begun = new Joint(target, new CompletableFuture<>());
      if (closed) {
        begun.result().completeExceptionally(hostClosed());
        return begun;
      }
      joints.put(peer, begun);
    }
    var unused =
        names
            .resolve(target)
            .onFailure(failure -> settle(peer, begun, null, (Libp2pException) failure))
            .onSuccess(
                found -> {
                  options.progress().accept(DialStep.RESOLVED);
                  next(peer, begun, options, found, 0, null);
                });
    return begun;
  }

  /** Ends all dials. */
  void close() {
    List<Joint> running;
    synchronized (this) {
      closed = true;
      running = List.copyOf(joints.values());
      joints.clear();
    }
    open.forEach(Loops::close);
    running.forEach(joint -> joint.result().completeExceptionally(hostClosed()));
  }

  private void next(
      PeerId peer,
      Joint joint,
      DialOptions options,
      List<InetSocketAddress> endpoints,
      int index,
      @Nullable Libp2pException before) {
    if (joint.result().isDone()) {
      return;
    }
    if (index == endpoints.size() && before != null) {
      settle(peer, joint, null, before);
      return;
    }
    var unused =
        attempt(peer, options, endpoints.get(index))
            .whenComplete(
                (link, failure) -> {
                  if (link != null) {
                    settle(peer, joint, link, null);
                  } else {
                    Libp2pException now = (Libp2pException) Failures.root(failure);
                    next(peer, joint, options, endpoints, index + 1, both(before, now));
                  }
                });
  }

  /** All that went wrong, under the code of the last that says more than a failed connect. */
  private static Libp2pException both(@Nullable Libp2pException before, Libp2pException now) {
    if (before == null) {
      return now;
    }
    Code code = now.code() == Code.CONNECT_FAILED ? before.code() : now.code();
    return new Libp2pException(code, before.getMessage() + "; " + now.getMessage());
  }

  private void settle(
      PeerId peer, Joint joint, @Nullable Link link, @Nullable Libp2pException failure) {
    synchronized (this) {
      joints.remove(peer, joint);
    }
    if (link != null) {
      joint.result().complete(link);
    } else if (failure != null) {
      joint.result().completeExceptionally(failure);
    }
  }

  private CompletableFuture<Link> attempt(
      PeerId peer, DialOptions options, InetSocketAddress endpoint) {
    CompletableFuture<Link> result = new CompletableFuture<>();
    ConnectionGuard.Ticket ticket = host.guard().dial();
    if (ticket.refusal() != null) {
      result.completeExceptionally(
          new Libp2pException(
              Code.LIMIT, "too many connections are open (raise libp2p.maxConnections)"));
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
                  adoption.adopt(
                      connection, ticket, true, Keepalive.dialled(options), startedNanos);
              options.progress().accept(DialStep.MUXED);
              result.complete(link);
            });
    ChannelFuture connecting = sockets.client(builder).connect(endpoint);
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
                      host.config().upgradeTimeout().toNanos(),
                      TimeUnit.NANOSECONDS);
          var unused = result.whenComplete((link, failure) -> limit.cancel(false));
        });
    var unusedUpgrade =
        builder
            .getConnectionEstablished()
            .whenComplete(
                (connection, failure) -> {
                  if (failure != null && connecting.isSuccess()) {
                    host.counters().failedUpgrades.count(Failures.reasonOfUpgrade(failure));
                    result.completeExceptionally(
                        Failures.ofUpgrade(shown, peer.toString(), failure));
                  }
                });
    var unusedEnd =
        result.whenComplete(
            (link, failure) -> {
              open.remove(channel);
              if (failure != null) {
                Loops.close(channel);
              }
            });
    return result;
  }

  private static Libp2pException hostClosed() {
    return new Libp2pException(Code.CLOSED, "the host was closed");
  }
}
