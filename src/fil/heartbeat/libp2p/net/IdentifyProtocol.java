package fil.heartbeat.libp2p.net;

import fil.heartbeat.libp2p.Libp2pException;
import fil.heartbeat.libp2p.Multiaddr;
import fil.heartbeat.libp2p.ProtocolHandler;
import fil.heartbeat.libp2p.StreamListener;
import fil.heartbeat.libp2p.host.Unawaited;
import fil.heartbeat.libp2p.identify.IdentifyMessage;
import fil.heartbeat.libp2p.identify.IdentifyReader;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers identify requests, and reads pushes of peers without using or storing them. Spec: libp2p
 * identify.
 */
final class IdentifyProtocol {
  private static final Logger log = LoggerFactory.getLogger(IdentifyProtocol.class);

  /** How long a peer may leave its direction open after the whole answer was sent. */
  private static final Duration LINGER = Duration.ofSeconds(10);

  /** How long a push may take. */
  private static final Duration PUSH_TIME = Duration.ofSeconds(5);

  private final byte[] publicKey;
  private final String agentVersion;
  private final Supplier<List<Multiaddr>> listenAddresses;
  private final Supplier<List<String>> protocolIds;

  IdentifyProtocol(
      byte[] publicKey,
      String agentVersion,
      Supplier<List<Multiaddr>> listenAddresses,
      Supplier<List<String>> protocolIds) {
    this.publicKey = publicKey;
    this.agentVersion = agentVersion;
    this.listenAddresses = listenAddresses;
    this.protocolIds = protocolIds;
  }

  /** Returns the handler that answers a request. */
  ProtocolHandler responder() {
    return stream -> {
      byte[] message =
          IdentifyMessage.encode(
              publicKey,
              listenAddresses.get().stream().map(Multiaddr::withoutPeerId).toList(),
              protocolIds.get(),
              stream.remoteAddress(),
              agentVersion);
      Unawaited.logged(stream.write(message), log, "answer to identify");
      stream.closeWrite();
      return new TimedStream((NetStream) stream, LINGER, "identify-linger") {
        @Override
        public void onData(ByteBuffer bytes) {}
      };
    };
  }

  /** Returns the handler that receives a push. */
  ProtocolHandler receiver() {
    return stream -> new Push((NetStream) stream);
  }

  private static final class Push extends TimedStream {
    private final IdentifyReader reader = new IdentifyReader();

    Push(NetStream stream) {
      super(stream, PUSH_TIME, "push-timeout");
    }

    @Override
    public void onData(ByteBuffer bytes) {
      byte[] copy = new byte[bytes.remaining()];
      bytes.get(copy);
      try {
        reader.receive(copy, 0, copy.length);
        stream().buffered(reader.held());
      } catch (IdentifyReader.IdentifyException violation) {
        // Nothing of it would have been stored, and some peers send more than the limit.
        stream().expire("push-violation");
      }
    }

    @Override
    public void onRemoteClose() {
      stream().closeWrite();
    }
  }

  /** A stream with a time limit. */
  private abstract static class TimedStream implements StreamListener {
    private final NetStream stream;
    private final Loop.Timer limit;

    TimedStream(NetStream stream, Duration time, String reason) {
      this.stream = stream;
      this.limit = stream.connection().loop().after(time, () -> stream.expire(reason));
    }

    NetStream stream() {
      return stream;
    }

    @Override
    public void onClosed(@Nullable Libp2pException cause) {
      limit.cancel();
    }
  }
}
