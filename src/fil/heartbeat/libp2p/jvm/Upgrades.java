package fil.heartbeat.libp2p.jvm;

import fil.heartbeat.libp2p.DialStep;
import fil.heartbeat.libp2p.HostConfig;
import fil.heartbeat.libp2p.host.Counters;
import io.libp2p.core.Connection;
import io.libp2p.core.ConnectionHandler;
import io.libp2p.core.P2PChannelHandler;
import io.libp2p.core.PeerId;
import io.libp2p.core.StreamHandler;
import io.libp2p.core.multistream.MultistreamProtocol;
import io.libp2p.core.mux.StreamMuxer;
import io.libp2p.core.security.SecureChannel;
import io.libp2p.multistream.MultistreamImpl;
import io.libp2p.multistream.MultistreamProtocolDebugV1;
import io.libp2p.mux.yamux.YamuxStreamMuxer;
import io.libp2p.security.noise.NoiseXXSecureChannel;
import io.libp2p.transport.ConnectionUpgrader;
import io.libp2p.transport.implementation.ConnectionBuilder;
import io.libp2p.transport.tcp.TcpTransport;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Assembles the library's parts: Noise, then yamux with {@link Frames} inside. */
final class Upgrades {
  /**
   * Disables the library's limit of queued bytes, which frees them twice; the limit of {@link
   * Frames} applies instead.
   */
  private static final int NO_BOUND = Integer.MAX_VALUE / 2;

  /** Limit of outbound streams that the peer has not acknowledged; as in the built-in host. */
  private static final int MAX_UNACKED = 256;

  private final HostConfig config;
  private final SecureChannel noise;
  private final YamuxStreamMuxer yamux;
  private final TcpTransport transport;

  Upgrades(HostConfig config, IdentityKey key, Protocols protocols, Counters counters) {
    this.config = config;
    P2PChannelHandler<Object> head =
        stream -> {
          StreamHead.add(stream);
          return CompletableFuture.completedFuture(stream);
        };
    MultistreamImpl<Object> inbound =
        new MultistreamImpl<>(
            protocols.served(), head, null, config.deadlines().firstByteTimeout());
    StreamHandler<Object> inboundStreams = inbound::initChannel;
    noise = new NoiseXXSecureChannel(key);
    yamux =
        new YamuxStreamMuxer(
            inboundStreams,
            new MultistreamProtocolDebugV1(config.deadlines().negotiationTimeout(), head, null),
            NO_BOUND,
            MAX_UNACKED);
    yamux.setMuxFramesDebugHandler(
        connection ->
            connection.pushHandler(new Frames(config, counters, connection.isInitiator())));
    transport = new TcpTransport(upgrader(step -> {}));
  }

  /**
   * Creates the first handler of a socket; its {@code connectionEstablished} gets the result.
   *
   * @param dialled the dialled peer; null for an accepted socket
   * @param watcher called at each step
   * @param adopt called with the connection once it is usable; its exception fails the upgrade
   */
  ConnectionBuilder builder(
      @Nullable PeerId dialled, Consumer<DialStep> watcher, ConnectionHandler adopt) {
    return new ConnectionBuilder(
        transport, upgrader(watcher), adopt, dialled != null, dialled, null);
  }

  private ConnectionUpgrader upgrader(Consumer<DialStep> watcher) {
    MultistreamProtocol multistream =
        new MultistreamProtocolDebugV1(config.deadlines().upgradeTimeout(), null, null);
    return new ConnectionUpgrader(multistream, List.of(noise), multistream, List.of(yamux)) {
      @Override
      public CompletableFuture<StreamMuxer.Session> establishMuxer(Connection connection) {
        watcher.accept(DialStep.SECURED);
        return super.establishMuxer(connection);
      }
    };
  }
}
