package fil.heartbeat.libp2p.host;

import fil.heartbeat.libp2p.Libp2pException.Code;
import fil.heartbeat.libp2p.PeerId;

/**
 * Decides whether an upgraded connection may stay, now that its peer is known. Refusals that an
 * operator can act on are logged here; the caller counts them and closes the socket.
 *
 * @param self the host's own id
 */
public record PeerGate(
    PeerId self,
    PenaltyBox penalties,
    Admission admission,
    ConnectionGuard guard,
    RefusalLog refusals) {

  /**
   * Lets the peer in: its socket counts as a connection from now on.
   *
   * @param dialer whether this host dialled: then neither penalty nor admission is checked
   * @param nowNanos on the clock of the penalty box
   * @throws RefusedException when the peer may not stay
   */
  public void enter(PeerId peer, ConnectionGuard.Ticket ticket, boolean dialer, long nowNanos) {
    if (peer.equals(self)) {
      throw new RefusedException("self", Code.WRONG_PEER, "the peer has our own key");
    }
    if (!dialer && penalties.isRefused(peer, nowNanos)) {
      throw refused(Refusal.PENALTY, peer, "the peer is in penalty");
    }
    if (!dialer && !admission.admits(peer)) {
      throw refused(Refusal.NOT_ADMITTED, peer, "the peer may not connect");
    }
    Refusal refusal = guard.establish(ticket, peer);
    if (refusal == Refusal.CONNECTIONS) {
      throw refused(refusal, peer, "others need its place");
    }
    if (refusal != null) {
      throw new RefusedException(refusal.label(), Code.CLOSED, "others need its place");
    }
  }

  private RefusedException refused(Refusal refusal, PeerId peer, String message) {
    refusals.refused(refusal, peer);
    return new RefusedException(refusal.label(), Code.LIMIT, message);
  }
}
