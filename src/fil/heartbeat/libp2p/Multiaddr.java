package fil.heartbeat.libp2p;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A multiaddr of the protocols we can use: ip4, ip6, ip6zone, dns, dns4, dns6, dnsaddr, tcp, p2p
 * (and {@code ipfs}, its old spelling, printed as {@code p2p}). Others are refused by name. Spec:
 * libp2p addressing, multiformats multiaddr.
 */
public final class Multiaddr {

  /** One part, such as {@code tcp} and {@code 4001}. */
  public record Part(String protocol, String value) {}

  /**
   * @throws Libp2pException {@code BAD_ADDRESS} that names the text, the bad part and what was
   *     expected
   */
  public static Multiaddr parse(String text) {
    throw new UnsupportedOperationException();
  }

  /**
   * @throws Libp2pException {@code BAD_ADDRESS}
   */
  public static Multiaddr fromBytes(byte[] binary) {
    throw new UnsupportedOperationException();
  }

  /** {@code /ip4|ip6/<host>/tcp/<port>} of an IP literal; a zone becomes {@code ip6zone}. */
  public static Multiaddr ofSocket(String ipLiteral, int port) {
    throw new UnsupportedOperationException();
  }

  private Multiaddr() {}

  public List<Part> parts() {
    throw new UnsupportedOperationException();
  }

  /** The last {@code p2p} part. */
  public Optional<PeerId> peerId() {
    throw new UnsupportedOperationException();
  }

  /** This address with {@code /p2p/<id>} at its end (replacing one that is there). */
  public Multiaddr withPeerId(PeerId id) {
    throw new UnsupportedOperationException();
  }

  /** This address cut at its last {@code p2p} part, if it has one. */
  public Multiaddr withoutPeerId() {
    throw new UnsupportedOperationException();
  }

  public byte[] toBytes() {
    throw new UnsupportedOperationException();
  }

  @Override
  public String toString() {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    throw new UnsupportedOperationException();
  }

  @Override
  public int hashCode() {
    throw new UnsupportedOperationException();
  }
}
