package fil.heartbeat.libp2p.jvm;

import fil.heartbeat.libp2p.ProtocolHandler;
import fil.heartbeat.libp2p.StreamListener;
import io.libp2p.core.P2PChannel;
import io.libp2p.core.P2PChannelHandler;
import io.libp2p.core.multistream.ProtocolBinding;
import io.libp2p.core.multistream.ProtocolDescriptor;
import io.libp2p.transport.implementation.StreamOverNetty;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * The library's description of a protocol: its ids, and the handler of a stream once one of them is
 * agreed.
 */
final class ServedProtocol implements ProtocolBinding<Object> {
  private interface Start {
    CompletableFuture<? extends Object> start(P2PChannel stream, String protocol);
  }

  private final List<String> ids;
  private final Start start;

  private ServedProtocol(List<String> ids, Start start) {
    this.ids = List.copyOf(ids);
    this.start = start;
  }

  /** Creates the binding of inbound streams to a {@link ProtocolHandler}. */
  static ServedProtocol inbound(String id, ProtocolHandler handler) {
    return new ServedProtocol(
        List.of(id),
        (channel, protocol) -> {
          JvmStream stream = stream(channel, protocol);
          stream.listen(() -> handler.onStream(stream));
          return CompletableFuture.completedFuture(stream);
        });
  }

  /**
   * Creates the binding of an outbound stream that proposes these ids; data from the peer is
   * ignored.
   */
  static ServedProtocol outbound(List<String> ids) {
    StreamListener discard = bytes -> {};
    return new ServedProtocol(
        ids,
        (channel, protocol) -> {
          JvmStream stream = stream(channel, protocol);
          stream.listen(() -> discard);
          return CompletableFuture.completedFuture(stream);
        });
  }

  /** Creates the binding of a protocol that the library implements. */
  static ServedProtocol library(String id, P2PChannelHandler<?> handler) {
    return new ServedProtocol(
        List.of(id),
        (channel, protocol) -> {
          StreamHead.of(channel).agreed(false);
          return handler.initChannel(channel);
        });
  }

  private static JvmStream stream(P2PChannel channel, String protocol) {
    return new JvmStream(
        StreamHead.of(channel), ((StreamOverNetty) channel).getNettyChannel(), protocol);
  }

  List<String> ids() {
    return ids;
  }

  @Override
  public ProtocolDescriptor getProtocolDescriptor() {
    return new ProtocolDescriptor(ids);
  }

  @Override
  public CompletableFuture<? extends Object> initChannel(P2PChannel stream, String protocol) {
    return start.start(stream, protocol);
  }
}
