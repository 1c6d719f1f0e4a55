package fil.heartbeat.libp2p.jvm;

import fil.heartbeat.libp2p.PeerId;
import java.util.function.Predicate;

/** Which remote peers may be connected. Thread-safe. */
final class Admission {
  private volatile Predicate<PeerId> rule = peer -> true;

  void rule(Predicate<PeerId> mayConnect) {
    rule = mayConnect;
  }

  boolean admits(PeerId peer) {
    return rule.test(peer);
  }
}
