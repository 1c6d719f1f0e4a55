package fil.heartbeat.aggregator;

import fil.heartbeat.libp2p.PeerId;
import fil.heartbeat.wire.Heartbeat;
import org.jspecify.annotations.Nullable;

/** Takes what happens on heartbeat streams, on the event loops of their connections. */
interface Intake {

  /**
   * A stream opened.
   *
   * @param address multiaddr of the other side
   * @return false when the peer opens streams faster than they can be taken: this one is to be
   *     ended, and nothing more is to be told of it
   */
  boolean open(PeerId peer, String address);

  void beat(PeerId peer, Heartbeat beat);

  /** A beat came that cannot be used. */
  void drop(String reason);

  /**
   * A stream ended.
   *
   * @param reason null when in good order
   */
  void close(PeerId peer, @Nullable String reason);
}
