package fil.heartbeat.libp2p.net;

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
import fil.heartbeat.libp2p.Randomness;
import fil.heartbeat.libp2p.Stream;
import fil.heartbeat.libp2p.host.Admission;
import fil.heartbeat.libp2p.host.ConnectionGuard;
import fil.heartbeat.libp2p.host.ConnectionTable;
import fil.heartbeat.libp2p.host.Counters;
import fil.heartbeat.libp2p.host.GoAwayListener;
import fil.heartbeat.libp2p.host.InboundBudget;
import fil.heartbeat.libp2p.host.OpenFiles;
import fil.heartbeat.libp2p.host.OwnAddresses;
import fil.heartbeat.libp2p.host.PenaltyBox;
import fil.heartbeat.libp2p.host.Proposal;
import fil.heartbeat.libp2p.host.RefusalLog;
import fil.heartbeat.libp2p.host.Unawaited;
import fil.heartbeat.libp2p.identify.IdentifyMessage;
import fil.heartbeat.libp2p.noise.NoiseStatic;
import fil.heartbeat.libp2p.ping.PingResponder;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetSocket;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The built-in host: libp2p over TCP with Noise and yamux, on the event loops of a Vertx. */
final class TcpHost implements Host {
  private static final Logger log = LoggerFactory.getLogger(TcpHost.class);

  private final HostResources resources;
  private final boolean sharing;
  private final HostParts parts;
  private final InboundSockets inbound;
  private final Dialer dialer;
  private final List<Multiaddr> addresses = new CopyOnWriteArrayList<>();
  private final List<Listener> listeners = new ArrayList<>();
  private final Interfaces interfaces;
  private volatile List<Multiaddr> announced = List.of();
  private @Nullable CompletableFuture<Void> closing;

  TcpHost(Vertx vertx, Identity identity, HostConfig config, List<Loop> loops, NameSource source) {
    this(
        identity,
        config,
        HostResources.create(vertx, "libp2p-" + identity.peerId(), config, loops, source),
        false);
  }

  /**
   * @param sharing whether other hosts use the resources too, so that they outlive this one
   */
  TcpHost(Identity identity, HostConfig config, HostResources resources, boolean sharing) {
    this.resources = resources;
    this.sharing = sharing;
    this.interfaces = new Interfaces(resources.vertx());
    LongSupplier nanoTime = resources.loops().get(0)::nanoTime;
    SecureRandom random = Randomness.source();
    parts =
        new HostParts(
            config,
            identity.peerId(),
            NoiseStatic.create(
                identity, config.earlyMuxer() ? List.of(Upgrade.YAMUX) : List.of(), random),
            random,
            resources.crypto(),
            new Protocols(),
            new ConnectionTable<>(Connection::lastInboundNanos),
            new ConnectionGuard(config, OpenFiles.connections(config.sockets().maxConnections())),
            new InboundBudget(
                InboundBudget.Limits.ofHeap(Runtime.getRuntime().maxMemory()),
                config.sockets().exemptLoopback()),
            new PenaltyBox(config.penalty()),
            new Admission(),
            new GoAwayListener(),
            new Counters(),
            new RefusalLog(nanoTime),
            nanoTime);
    Adopter adopter = new Adopter(parts);
    inbound = new InboundSockets(parts, adopter);
    Names names = new Names(resources.nameSource(), resources.names());
    dialer =
        new Dialer(new Dial.Tools(parts, adopter, names, resources.connector()), resources.loops());
    IdentifyProtocol identify =
        new IdentifyProtocol(
            identity.publicKey().toProtobuf(),
            config.agentVersion(),
            this::advertisedAddresses,
            parts.protocols()::ids);
    handle(IdentifyMessage.PROTOCOL, identify.responder());
    handle(IdentifyMessage.PUSH_PROTOCOL, identify.receiver());
    handle(PingResponder.PROTOCOL, new PingProtocol());
  }

  @Override
  public PeerId peerId() {
    return parts.self();
  }

  @Override
  public List<Multiaddr> listenAddresses() {
    return List.copyOf(addresses);
  }

  @Override
  public CompletionStage<Multiaddr> listen(Multiaddr address) {
    Listener listener =
        new Listener(resources.vertx(), resources.loops(), resources.names(), this::onSocket);
    synchronized (this) {
      if (closing != null) {
        return CompletableFuture.failedFuture(
            new Libp2pException(Code.CLOSED, "the host was closed"));
      }
      listeners.add(listener);
    }
    OpenFiles.check(parts.config().sockets().maxConnections());
    return listener
        .bind(address)
        .compose(bound -> interfaces.readFor(bound).compose(read -> listening(bound)))
        .toCompletionStage();
  }

  private synchronized Future<Multiaddr> listening(Multiaddr bound) {
    if (closing != null) {
      return Future.failedFuture(new Libp2pException(Code.CLOSED, "the host was closed"));
    }
    Multiaddr own = bound.withPeerId(peerId());
    addresses.add(own);
    return Future.succeededFuture(own);
  }

  @Override
  public void announce(List<Multiaddr> addresses) {
    announced = List.copyOf(addresses);
  }

  private List<Multiaddr> advertisedAddresses() {
    List<Multiaddr> bound = listenAddresses();
    return OwnAddresses.advertised(announced, bound, interfaces.of(bound));
  }

  @Override
  public void handle(String protocolId, ProtocolHandler handler) {
    parts.protocols().serve(protocolId, handler);
  }

  @Override
  public void admit(Predicate<PeerId> mayConnect) {
    parts.admission().rule(mayConnect);
    for (Connection connection : parts.table().all()) {
      if (!connection.isDialer() && !mayConnect.test(connection.peer())) {
        connection.loop().run(() -> connection.close("the peer may no longer connect"));
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
      proposal = Proposal.of(peerId(), target, protocolIds);
    } catch (Libp2pException bad) {
      return CompletableFuture.failedFuture(bad);
    }
    return new StreamOpener(parts, dialer, proposal, options).open();
  }

  @Override
  public HostStats stats() {
    return parts.counters().now(parts.guard());
  }

  @Override
  public CompletionStage<Void> close() {
    CompletableFuture<Void> closed;
    List<Listener> open;
    synchronized (this) {
      if (closing != null) {
        return closing;
      }
      closing = new CompletableFuture<>();
      closed = closing;
      open = List.copyOf(listeners);
      addresses.clear();
    }
    dialer.close();
    inbound.close();
    List<CompletableFuture<Void>> ends = new ArrayList<>();
    for (Connection connection : parts.table().close()) {
      ends.add(connection.closed());
      connection.loop().run(() -> connection.close("the host was closed"));
    }
    for (Listener listener : open) {
      ends.add(settled(listener.close()));
    }
    Unawaited.logged(
        CompletableFuture.allOf(ends.toArray(CompletableFuture[]::new))
            .thenCompose(
                all -> sharing ? CompletableFuture.completedFuture(null) : resources.close())
            .whenComplete((done, failure) -> closed.complete(null)),
        log,
        "close of the host");
    return closed;
  }

  /**
   * Completes when the future does, also after a failure: nothing more can be done about a failed
   * close.
   */
  static CompletableFuture<Void> settled(Future<Void> future) {
    CompletableFuture<Void> settled = new CompletableFuture<>();
    future.onComplete(result -> settled.complete(null));
    return settled;
  }

  private void onSocket(NetSocket socket, Loop loop) {
    InetSocketAddress remote = SocketWire.remote(socket);
    if (remote == null) {
      // Already closed.
      parts.counters().accepted.increment();
      parts.counters().refused.count("closed-before-accept");
      SocketWire.drop(socket);
    } else {
      inbound.accept(new SocketWire(socket), remote.getAddress(), loop);
    }
  }
}
