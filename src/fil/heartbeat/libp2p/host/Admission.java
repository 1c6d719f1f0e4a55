package fil.heartbeat.libp2p.host;

import fil.heartbeat.libp2p.PeerId;
import java.util.function.Predicate;

/** Which remote peers may be connected. Thread-safe. */
public final class Admission {
  private volatile Predicate<PeerId> rule = peer -> true;

  /** Sets the rule; before the first call every peer is admitted. */
  public void rule(Predicate<PeerId> mayConnect) {
    rule = mayConnect;
  }

  /** Whether the peer may be connected. */
  public boolean admits(PeerId peer) {
    return rule.test(peer);
  }
}
