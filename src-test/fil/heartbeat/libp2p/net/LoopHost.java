package fil.heartbeat.libp2p.net;

import fil.heartbeat.libp2p.DialOptions;
import fil.heartbeat.libp2p.HostConfig;
import fil.heartbeat.libp2p.HostStats;
import fil.heartbeat.libp2p.Identity;
import fil.heartbeat.libp2p.KeyType;
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
import fil.heartbeat.libp2p.host.PenaltyBox;
import fil.heartbeat.libp2p.host.Proposal;
import fil.heartbeat.libp2p.host.RefusalLog;
import fil.heartbeat.libp2p.noise.NoiseStatic;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** A host's parts on a manual loop and wires in memory: everything but sockets and threads. */
final class LoopHost {
  /** The address of hosts set by {@link #dialTo}. */
  static final Multiaddr ADDRESS = Multiaddr.parse("/ip4/192.0.2.1/tcp/9081");

  final ManualLoop loop;
  final HostParts parts;
  final Adopter adopter;
  final InboundSockets inbound;
  private Dialer dialer;
  private FakeWire lastWire;

  LoopHost(ManualLoop loop, HostConfig config) {
    this(loop, config, Identity.generate(KeyType.ED25519), Runnable::run);
  }

  LoopHost(ManualLoop loop, HostConfig config, Identity identity, Executor crypto) {
    this(loop, config, identity, crypto, InboundBudget.Limits.ofHeap(1L << 30));
  }

  LoopHost(ManualLoop loop, InboundBudget.Limits limits) {
    this(loop, HostConfig.DEFAULT, Identity.generate(KeyType.ED25519), Runnable::run, limits);
  }

  private LoopHost(
      ManualLoop loop,
      HostConfig config,
      Identity identity,
      Executor crypto,
      InboundBudget.Limits limits) {
    this.loop = loop;
    parts =
        new HostParts(
            config,
            identity.peerId(),
            NoiseStatic.create(
                identity,
                config.earlyMuxer() ? List.of(Upgrade.YAMUX) : List.of(),
                Randomness.source()),
            Randomness.source(),
            new WorkPool(crypto, () -> {}),
            new Protocols(),
            new ConnectionTable<>(Connection::lastInboundNanos),
            new ConnectionGuard(config, config.sockets().maxConnections()),
            new InboundBudget(limits, config.sockets().exemptLoopback()),
            new PenaltyBox(config.penalty()),
            new Admission(),
            new GoAwayListener(),
            new Counters(),
            new RefusalLog(loop::nanoTime),
            loop::nanoTime);
    adopter = new Adopter(parts);
    inbound = new InboundSockets(parts, adopter);
    dialer = dialer((endpoint, on, done) -> done.accept(null, new UnknownHostException("nowhere")));
    lastWire = FakeWire.pair(loop)[0];
  }

  /** Makes dials reach this host from now on, each over a new wire. */
  void dialTo(LoopHost listener) {
    dialTo(listener::accept);
  }

  /** Makes dials pass the far end of a new wire to this peer. */
  void dialTo(java.util.function.Consumer<FakeWire> peer) {
    dialer =
        dialer(
            (endpoint, on, done) -> {
              FakeWire[] wires = FakeWire.pair(loop);
              lastWire = wires[0];
              peer.accept(wires[1]);
              loop.execute(() -> done.accept(wires[0], null));
            });
  }

  Dialer dialer(Connector connector) {
    Names names = new Names(new SystemNames(), new WorkPool(Runnable::run, () -> {}));
    return new Dialer(new Dial.Tools(parts, adopter, names, connector), List.of(loop));
  }

  void accept(FakeWire wire) {
    accept(wire, "192.0.2.7");
  }

  void accept(FakeWire wire, String remote) {
    try {
      inbound.accept(wire, InetAddress.getByName(remote), loop);
    } catch (UnknownHostException impossible) {
      throw new AssertionError(impossible);
    }
  }

  PeerId id() {
    return parts.self();
  }

  void handle(String protocolId, ProtocolHandler handler) {
    parts.protocols().serve(protocolId, handler);
  }

  /** Returns the near end of the wire that was dialled last. */
  FakeWire lastWire() {
    return lastWire;
  }

  CompletableFuture<Stream> open(PeerId peer, String... protocolIds) {
    return open(peer, DialOptions.DEFAULT, protocolIds);
  }

  CompletableFuture<Stream> open(PeerId peer, DialOptions options, String... protocolIds) {
    return new StreamOpener(
            parts,
            dialer,
            new Proposal(ADDRESS.withPeerId(peer), peer, List.of(protocolIds)),
            options)
        .open();
  }

  Connection connection(PeerId peer) {
    Connection current = parts.table().current(peer);
    if (current == null) {
      throw new AssertionError("no connection to " + peer);
    }
    return current;
  }

  HostStats stats() {
    return parts.counters().now(parts.guard());
  }
}
