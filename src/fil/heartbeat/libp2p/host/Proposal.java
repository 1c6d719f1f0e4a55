package fil.heartbeat.libp2p.host;

import fil.heartbeat.libp2p.Libp2pException;
import fil.heartbeat.libp2p.Libp2pException.Code;
import fil.heartbeat.libp2p.Multiaddr;
import fil.heartbeat.libp2p.PeerId;
import fil.heartbeat.libp2p.Quoted;
import fil.heartbeat.libp2p.multistream.Negotiation;
import java.util.List;

/**
 * A peer to dial and the protocols to propose.
 *
 * @param peer the peer that must answer at the target
 * @param protocolIds in order of preference, at least one
 */
public record Proposal(Multiaddr target, PeerId peer, List<String> protocolIds) {

  /**
   * Checks the arguments of {@link fil.heartbeat.libp2p.Host#open}.
   *
   * @throws Libp2pException {@link Code#BAD_ADDRESS} for invalid ones
   */
  public static Proposal of(PeerId self, Multiaddr target, List<String> protocolIds) {
    PeerId peer =
        target
            .peerId()
            .orElseThrow(
                () ->
                    bad(
                        "cannot dial "
                            + target
                            + " (expected: an address that ends in /p2p/<id>)"));
    if (peer.equals(self)) {
      throw bad("cannot dial " + target + ": it is this host itself");
    }
    if (protocolIds.isEmpty()) {
      throw bad("no protocol id was proposed for " + target);
    }
    for (String id : protocolIds) {
      if (!Negotiation.isProtocolId(id)) {
        throw bad(
            "cannot propose " + Quoted.of(id) + " (expected: one line of 1 to 256 bytes of UTF-8)");
      }
    }
    return new Proposal(target, peer, List.copyOf(protocolIds));
  }

  private static Libp2pException bad(String message) {
    return new Libp2pException(Code.BAD_ADDRESS, message);
  }
}
