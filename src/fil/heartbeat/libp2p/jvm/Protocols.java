package fil.heartbeat.libp2p.jvm;

import com.google.protobuf.ByteString;
import fil.heartbeat.libp2p.Multiaddr;
import fil.heartbeat.libp2p.ProtocolHandler;
import identify.pb.IdentifyOuterClass.Identify;
import io.libp2p.core.multistream.ProtocolBinding;
import io.libp2p.protocol.IdentifyProtocol;
import io.libp2p.protocol.PingProtocol;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The protocols that a host serves: those of its users, and the library's identify and ping. Ids
 * are added and never taken away. Thread-safe.
 */
final class Protocols {
  private final List<ProtocolBinding<Object>> served = new CopyOnWriteArrayList<>();
  private final IdentifyProtocol identify = new IdentifyProtocol();
  private final ByteString publicKey;
  private final String agentVersion;
  private List<Multiaddr> addresses = List.of();

  Protocols(byte[] publicKey, String agentVersion) {
    this.publicKey = ByteString.copyFrom(publicKey);
    this.agentVersion = agentVersion;
    served.add(ServedProtocol.library("/ipfs/id/1.0.0", identify));
    served.add(ServedProtocol.library("/ipfs/ping/1.0.0", new PingProtocol()));
    publish();
  }

  /** Returns the protocols; the library calls this for every stream. */
  List<ProtocolBinding<Object>> served() {
    return served;
  }

  /** Sets the handler of an id; the last one wins. */
  synchronized void serve(String id, ProtocolHandler handler) {
    served.removeIf(binding -> ((ServedProtocol) binding).ids().contains(id));
    served.add(ServedProtocol.inbound(id, handler));
    publish();
  }

  synchronized void listening(List<Multiaddr> now) {
    addresses = now;
    publish();
  }

  private synchronized void publish() {
    Identify.Builder message =
        Identify.newBuilder()
            .setProtocolVersion("ipfs/0.1.0")
            .setAgentVersion(agentVersion)
            .setPublicKey(publicKey);
    addresses.forEach(
        address -> message.addListenAddrs(ByteString.copyFrom(address.withoutPeerId().toBytes())));
    served.forEach(binding -> message.addAllProtocols(((ServedProtocol) binding).ids()));
    identify.setIdMessage(message.build());
  }
}
