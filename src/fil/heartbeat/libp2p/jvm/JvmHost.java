package fil.heartbeat.libp2p.jvm;

import fil.heartbeat.libp2p.DialOptions;
import fil.heartbeat.libp2p.Host;
import fil.heartbeat.libp2p.HostConfig;
import fil.heartbeat.libp2p.HostStats;
import fil.heartbeat.libp2p.Identity;
import fil.heartbeat.libp2p.Libp2pException;
import fil.heartbeat.libp2p.Libp2pException.Code;
import fil.heartbeat.libp2p.Multiaddr;
import fil.heartbeat.libp2p.PeerId;
import fil.heartbeat.libp2p.ProtocolHandler;
import fil.heartbeat.libp2p.Stream;
import fil.heartbeat.libp2p.host.OwnAddresses;
import fil.heartbeat.libp2p.host.Proposal;
import fil.heartbeat.libp2p.host.Unawaited;
import io.netty.channel.EventLoopGroup;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A host made of jvm-libp2p's parts, on the event loops of a Vertx. It follows the contract of
 * {@link Host} except for these differences, which the library imposes:
 *
 * <ul>
 *   <li>handshake arithmetic runs on the event loops: {@code cryptoThreads} and {@code cryptoQueue}
 *       have no effect;
 *   <li>the muxer is negotiated after the handshake and never inside: {@code earlyMuxer} has no
 *       effect, a connection takes one more round trip;
 *   <li>a wrong peer id is refused, but the error does not name the id that the peer proved;
 *   <li>all hosts of a process share one Noise key (not the identity), generated at each start;
 *   <li>a second multistream header on a stream ends the stream, and pings of both kinds are
 *       answered at once, without a rate limit;
 *   <li>{@code maxConnections} is not lowered to the open-file limit, {@code /dnsaddr} is not
 *       looked up, identify push is not served, and the interface addresses are read once.
 * </ul>
 */
final class JvmHost implements Host {
  private static final Logger log = LoggerFactory.getLogger(JvmHost.class);

  private final PeerId peerId;
  private final Vertx vertx;
  private final EventLoopGroup loops;
  private final HostParts parts;
  private final Protocols protocols;
  private final Listeners listeners;
  private final Dialer dialer;
  private final List<Multiaddr> addresses = new CopyOnWriteArrayList<>();
  private List<Multiaddr> announced = List.of();
  private List<InetAddress> interfaces = List.of();
  private @Nullable CompletableFuture<Void> closing;

  JvmHost(Vertx vertx, Identity identity, HostConfig config) {
    peerId = identity.peerId();
    this.vertx = vertx;
    loops = ((VertxInternal) vertx).nettyEventLoopGroup();
    parts = HostParts.of(config, peerId);
    protocols = new Protocols(identity.publicKey().toProtobuf(), config.agentVersion());
    Upgrades upgrades = new Upgrades(config, IdentityKey.of(identity), protocols, parts.counters());
    Sockets sockets = new Sockets(vertx, config);
    Adopter adopter = new Adopter(parts);
    listeners = new Listeners(parts, sockets, upgrades, adopter);
    dialer = new Dialer(parts, new Names(vertx), sockets, upgrades, adopter);
  }

  @Override
  public PeerId peerId() {
    return peerId;
  }

  @Override
  public List<Multiaddr> listenAddresses() {
    return List.copyOf(addresses);
  }

  @Override
  public CompletionStage<Multiaddr> listen(Multiaddr address) {
    synchronized (this) {
      if (closing != null) {
        return CompletableFuture.failedFuture(hostClosed());
      }
    }
    return listeners
        .bind(address)
        .thenCompose(
            bound -> found(bound).thenApply(addressesOfAll -> listening(bound, addressesOfAll)));
  }

  /** Reads the addresses of this machine if the bound one means all of them. */
  private CompletionStage<List<InetAddress>> found(Multiaddr bound) {
    return OwnAddresses.isAny(bound)
        ? vertx.executeBlocking(OwnAddresses::interfaces, false).toCompletionStage()
        : CompletableFuture.completedFuture(List.of());
  }

  private synchronized Multiaddr listening(Multiaddr bound, List<InetAddress> found) {
    if (closing != null) {
      throw hostClosed();
    }
    Multiaddr own = bound.withPeerId(peerId);
    addresses.add(own);
    if (OwnAddresses.isAny(bound)) {
      interfaces = found;
    }
    publish();
    return own;
  }

  @Override
  public synchronized void announce(List<Multiaddr> addresses) {
    announced = List.copyOf(addresses);
    publish();
  }

  private void publish() {
    protocols.listening(OwnAddresses.advertised(announced, List.copyOf(addresses), interfaces));
  }

  @Override
  public void handle(String protocolId, ProtocolHandler handler) {
    protocols.serve(protocolId, handler);
  }

  @Override
  public void admit(Predicate<PeerId> mayConnect) {
    parts.admission().rule(mayConnect);
    for (Link link : parts.table().all()) {
      if (!link.isDialer() && !mayConnect.test(link.peer())) {
        link.close("the peer may no longer connect");
      }
    }
  }

  @Override
  public void expect(Predicate<PeerId> expected) {
    parts.budget().expect(expected);
    parts.guard().expect(expected);
  }

  @Override
  public void onGoAway(BiConsumer<PeerId, Multiaddr> listener) {
    parts.goAway().listener(listener);
  }

  @Override
  public CompletionStage<Stream> open(
      Multiaddr target, List<String> protocolIds, DialOptions options) {
    Proposal proposal;
    try {
      proposal = Proposal.of(peerId, target, protocolIds);
    } catch (Libp2pException bad) {
      return CompletableFuture.failedFuture(bad);
    }
    synchronized (this) {
      if (closing != null) {
        return CompletableFuture.failedFuture(hostClosed());
      }
    }
    return new StreamOpener(parts, dialer, proposal, options).open(loops.next());
  }

  private static Libp2pException hostClosed() {
    return new Libp2pException(Code.CLOSED, "the host was closed");
  }

  @Override
  public HostStats stats() {
    return parts.counters().now(parts.guard());
  }

  @Override
  public CompletionStage<Void> close() {
    CompletableFuture<Void> closed;
    synchronized (this) {
      if (closing != null) {
        return closing;
      }
      closing = new CompletableFuture<>();
      closed = closing;
      addresses.clear();
    }
    dialer.close();
    List<CompletableFuture<Void>> ends = new ArrayList<>();
    ends.add(listeners.close());
    for (Link link : parts.table().close()) {
      ends.add(link.closed());
      link.close("the host was closed");
    }
    Unawaited.logged(
        CompletableFuture.allOf(ends.toArray(CompletableFuture[]::new))
            .whenComplete((done, failure) -> closed.complete(null)),
        log,
        "close of the host");
    return closed;
  }
}
