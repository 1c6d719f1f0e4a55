package fil.heartbeat.libp2p.net;

import fil.heartbeat.libp2p.DialOptions;
import fil.heartbeat.libp2p.Host;
import fil.heartbeat.libp2p.HostConfig;
import fil.heartbeat.libp2p.HostGroup;
import fil.heartbeat.libp2p.HostProvider;
import fil.heartbeat.libp2p.HostStats;
import fil.heartbeat.libp2p.Identity;
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
import fil.heartbeat.libp2p.host.RefusalLog;
import fil.heartbeat.libp2p.noise.NoiseStatic;
import io.vertx.core.Vertx;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.function.Predicate;

/** The built-in host over a {@link WireLink}: all of it but the sockets. */
public final class WireHosts {
  private WireHosts() {}

  /** A host that takes the wires of the link; the open-file limit limits nothing here. */
  public static Host listener(WireLink link, Identity identity, HostConfig config) {
    return new Listening(link, identity, config);
  }

  /** Hosts that dial over the link, whatever the target's address. */
  public static HostProvider dialers(WireLink link) {
    return new HostProvider() {
      @Override
      public String name() {
        return "wires";
      }

      @Override
      public Host create(Vertx vertx, Identity identity, HostConfig config) {
        return new TcpHost(identity, config, resources(vertx, config, link), false);
      }

      @Override
      public HostGroup group(Vertx vertx, HostConfig config) {
        HostResources shared = resources(vertx, config, link);
        return new HostGroup(
            identity -> new TcpHost(identity, config, shared, true), shared::close);
      }
    };
  }

  private static HostResources resources(Vertx vertx, HostConfig config, WireLink link) {
    HostResources usual =
        HostResources.create(vertx, "wire-group", config, link.loops(), new SystemNames());
    return new HostResources(
        vertx,
        usual.loops(),
        usual.crypto(),
        usual.names(),
        usual.nameSource(),
        (endpoint, loop, done) -> {
          Wire wire = link.begin(loop);
          loop.execute(() -> done.accept(wire, null));
        });
  }

  /** As {@link TcpHost} puts its parts together. */
  private static final class Listening implements Host {
    private final HostParts parts;
    private final WireLink link;
    private final InboundSockets inbound;
    private final Multiaddr address;

    Listening(WireLink link, Identity identity, HostConfig config) {
      this.link = link;
      SecureRandom random = Randomness.source();
      Loop first = link.loops().get(0);
      parts =
          new HostParts(
              config,
              identity.peerId(),
              NoiseStatic.create(
                  identity, config.earlyMuxer() ? List.of(Upgrade.YAMUX) : List.of(), random),
              random,
              WorkPool.threads(
                  "wires-crypto", config.crypto().cryptoThreads(), config.crypto().cryptoQueue()),
              new Protocols(),
              new ConnectionTable<>(Connection::lastInboundNanos),
              new ConnectionGuard(config, config.sockets().maxConnections()),
              new InboundBudget(
                  InboundBudget.Limits.ofHeap(Runtime.getRuntime().maxMemory()),
                  config.sockets().exemptLoopback()),
              new PenaltyBox(config.penalty()),
              new Admission(),
              new GoAwayListener(),
              new Counters(),
              new RefusalLog(first::nanoTime),
              first::nanoTime);
      inbound = new InboundSockets(parts, new Adopter(parts));
      address = Multiaddr.ofSocket("127.0.0.1", 1).withPeerId(identity.peerId());
    }

    @Override
    public PeerId peerId() {
      return parts.self();
    }

    @Override
    public List<Multiaddr> listenAddresses() {
      return List.of(address);
    }

    @Override
    public CompletionStage<Multiaddr> listen(Multiaddr unused) {
      link.accept((wire, loop) -> inbound.accept(wire, wire.from(), loop));
      return CompletableFuture.completedFuture(address);
    }

    @Override
    public void announce(List<Multiaddr> addresses) {}

    @Override
    public void handle(String protocolId, ProtocolHandler handler) {
      parts.protocols().serve(protocolId, handler);
    }

    @Override
    public void admit(Predicate<PeerId> mayConnect) {
      parts.admission().rule(mayConnect);
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
      return CompletableFuture.failedFuture(new UnsupportedOperationException("it only listens"));
    }

    @Override
    public HostStats stats() {
      return parts.counters().now(parts.guard());
    }

    /** The end of the process closes the connections. */
    @Override
    public CompletionStage<Void> close() {
      inbound.close();
      parts.crypto().close();
      return CompletableFuture.completedFuture(null);
    }
  }
}
