package fil.heartbeat.aggregator;

import fil.heartbeat.libp2p.PeerId;
import fil.heartbeat.wire.Heartbeat;
import org.jspecify.annotations.Nullable;

/** Takes what happens on heartbeat streams, on the event loops of their connections. */
interface BeatSink {

  /**
   * A stream opened. Until it beats it is hardly more than a wish to.
   *
   * @return false when the peer opens streams faster than they can be taken: this one is to be
   *     ended, and nothing more is to be told of it
   */
  boolean arrive(PeerId peer);

  /** A stream that did not beat ended, or begins to beat now. */
  void depart(PeerId peer);

  /**
   * A stream is about to bring its first beat.
   *
   * @param address multiaddr of the other side
   */
  void open(PeerId peer, String address);

  /**
   * A beat came.
   *
   * @param address multiaddr of the other side
   */
  void beat(PeerId peer, String address, Heartbeat beat);

  /** A beat came that cannot be used. */
  void drop(String reason);

  /**
   * A stream that had beaten ended.
   *
   * @param reason null when in good order
   */
  void close(PeerId peer, @Nullable String reason);

  /**
   * A connection of the peer ended in good order.
   *
   * @param address as its streams told it
   */
  void farewell(PeerId peer, String address);
}
