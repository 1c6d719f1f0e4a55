package fil.heartbeat.libp2p.identify;

import fil.heartbeat.libp2p.Multiaddr;
import java.util.List;
import java.util.Optional;

/**
 * One identify message, as sent on {@code /ipfs/id/1.0.0} and {@code /ipfs/id/push/1.0.0}: {@code
 * uvarint(length)} then the protobuf. Spec: libp2p identify.
 */
public record IdentifyMessage(
    Optional<byte[]> publicKey,
    List<byte[]> listenAddresses,
    List<String> protocols,
    Optional<byte[]> observedAddress,
    Optional<String> protocolVersion,
    Optional<String> agentVersion) {

  public static final String PROTOCOL = "/ipfs/id/1.0.0";
  public static final String PUSH_PROTOCOL = "/ipfs/id/push/1.0.0";

  /** Longest message we send; rust-libp2p takes 4096 bytes. */
  public static final int MAX_SENT = 2048;

  /** What we say of ourselves, cut to {@link #MAX_SENT} by leaving out addresses from the end. */
  public static byte[] encode(
      byte[] publicKey,
      List<Multiaddr> listenAddresses,
      List<String> protocols,
      Multiaddr observed,
      String agentVersion) {
    throw new UnsupportedOperationException();
  }
}
