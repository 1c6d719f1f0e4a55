package fil.heartbeat.libp2p.identify;

import fil.heartbeat.libp2p.Multiaddr;
import fil.heartbeat.libp2p.protobuf.ProtobufException;
import fil.heartbeat.libp2p.protobuf.ProtobufReader;
import fil.heartbeat.libp2p.protobuf.ProtobufWriter;
import fil.heartbeat.multiformats.Varint;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * One identify message, as sent on {@code /ipfs/id/1.0.0} and {@code /ipfs/id/push/1.0.0}: {@code
 * uvarint(length)} then the protobuf. Its key is not a proof; only the handshake proves a peer's
 * key. Spec: libp2p identify.
 */
public record IdentifyMessage(
    Optional<byte[]> publicKey,
    List<byte[]> listenAddresses,
    List<String> protocols,
    Optional<byte[]> observedAddress,
    Optional<String> protocolVersion,
    Optional<String> agentVersion) {

  /** The protocol id of requests. */
  public static final String PROTOCOL = "/ipfs/id/1.0.0";

  /** The protocol id of updates that a peer sends unasked. */
  public static final String PUSH_PROTOCOL = "/ipfs/id/push/1.0.0";

  /** Longest message sent, including its length prefix; rust-libp2p accepts 4096 bytes. */
  public static final int MAX_SENT = 2048;

  /** Longest agent version sent, in characters; it fits beside an RSA key of 8192 bits. */
  static final int MAX_AGENT = 256;

  /** Limit of stored protocols of a peer; go-libp2p once stored them without limit. */
  public static final int MAX_PROTOCOLS = 256;

  /** Limit of stored listen addresses of a peer. */
  public static final int MAX_ADDRESSES = 64;

  static final IdentifyMessage EMPTY =
      new IdentifyMessage(
          Optional.empty(),
          List.of(),
          List.of(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty());

  private static final int PUBLIC_KEY = 1;
  private static final int LISTEN_ADDRESS = 2;
  private static final int PROTOCOL_ID = 3;
  private static final int OBSERVED_ADDRESS = 4;
  private static final int PROTOCOL_VERSION = 5;
  private static final int AGENT_VERSION = 6;
  private static final String OUR_PROTOCOL_VERSION = "ipfs/0.1.0";

  /** Keeps unmodifiable copies of the lists. */
  public IdentifyMessage {
    listenAddresses = List.copyOf(listenAddresses);
    protocols = List.copyOf(protocols);
  }

  /**
   * Encodes this host's own message within {@link #MAX_SENT}: addresses are left out from the end
   * first, then protocols, and the agent version is cut after {@link #MAX_AGENT} characters.
   */
  public static byte[] encode(
      byte[] publicKey,
      List<Multiaddr> listenAddresses,
      List<String> protocols,
      Multiaddr observed,
      String agentVersion) {
    String agent = agentVersion.substring(0, Math.min(agentVersion.length(), MAX_AGENT));
    int addresses = listenAddresses.size();
    int ids = protocols.size();
    while (true) {
      byte[] body =
          body(
              publicKey,
              listenAddresses.subList(0, addresses),
              protocols.subList(0, ids),
              observed,
              agent);
      byte[] length = Varint.encode(body.length);
      if (length.length + body.length <= MAX_SENT || addresses + ids == 0) {
        byte[] message = Arrays.copyOf(length, length.length + body.length);
        System.arraycopy(body, 0, message, length.length, body.length);
        return message;
      }
      if (addresses > 0) {
        addresses--;
      } else {
        ids--;
      }
    }
  }

  private static byte[] body(
      byte[] publicKey,
      List<Multiaddr> listenAddresses,
      List<String> protocols,
      Multiaddr observed,
      String agentVersion) {
    ProtobufWriter writer = new ProtobufWriter().bytes(PUBLIC_KEY, publicKey);
    for (Multiaddr address : listenAddresses) {
      writer = writer.bytes(LISTEN_ADDRESS, address.withoutPeerId().toBytes());
    }
    for (String protocol : protocols) {
      writer = writer.text(PROTOCOL_ID, protocol);
    }
    return writer
        .bytes(OBSERVED_ADDRESS, observed.toBytes())
        .text(PROTOCOL_VERSION, OUR_PROTOCOL_VERSION)
        .text(AGENT_VERSION, agentVersion)
        .toBytes();
  }

  /**
   * Returns this message updated with the members in the body; missing members keep their value.
   */
  IdentifyMessage merge(byte[] body) throws ProtobufException {
    Optional<byte[]> key = publicKey;
    Optional<byte[]> observed = observedAddress;
    Optional<String> version = protocolVersion;
    Optional<String> agent = agentVersion;
    List<byte[]> addresses = new ArrayList<>();
    List<String> ids = new ArrayList<>();
    for (ProtobufReader.Field field : ProtobufReader.read(body)) {
      switch (field.number()) {
        case PUBLIC_KEY -> key = Optional.of(field.bytes());
        case LISTEN_ADDRESS -> {
          if (addresses.size() < MAX_ADDRESSES) {
            addresses.add(field.bytes());
          }
        }
        case PROTOCOL_ID -> {
          if (ids.size() < MAX_PROTOCOLS) {
            ids.add(field.text());
          }
        }
        case OBSERVED_ADDRESS -> observed = Optional.of(field.bytes());
        case PROTOCOL_VERSION -> version = Optional.of(field.text());
        case AGENT_VERSION -> agent = Optional.of(field.text());
        default -> {
          // The signed peer record and unknown members.
        }
      }
    }
    return new IdentifyMessage(
        key,
        addresses.isEmpty() ? listenAddresses : addresses,
        ids.isEmpty() ? protocols : ids,
        observed,
        version,
        agent);
  }
}
