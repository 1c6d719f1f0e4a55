package fil.heartbeat.sender;

import fil.heartbeat.config.ConfigException;
import fil.heartbeat.libp2p.Libp2pException;
import fil.heartbeat.libp2p.Multiaddr;
import fil.heartbeat.libp2p.PeerId;

/**
 * The destination of beats.
 *
 * @param address multiaddr that ends in the peer id, in canonical form
 * @param peerId the peer that must answer there, base58
 */
record Target(String address, String peerId) {

  /**
   * @throws ConfigException when it is not a multiaddr that ends in a peer id
   */
  static Target parse(String text) {
    Multiaddr address;
    try {
      address = Multiaddr.parse(text);
    } catch (Libp2pException e) {
      throw fault(text, String.valueOf(e.getMessage()));
    }
    PeerId peerId =
        address.peerId().orElseThrow(() -> fault(text, "a multiaddr that ends in /p2p/<peer id>"));
    return new Target(address.toString(), peerId.toString());
  }

  private static ConfigException fault(String text, String expected) {
    return ConfigException.of("beatTarget", text, expected);
  }
}
