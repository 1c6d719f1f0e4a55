package fil.heartbeat.aggregator;

import fil.heartbeat.libp2p.PeerId;
import fil.heartbeat.wire.Heartbeat;
import org.jspecify.annotations.Nullable;

/** Receives the events of heartbeat streams, on the event loops of their connections. */
interface BeatSink {

  /**
   * A stream opened. Until its first beat it makes no node.
   *
   * @return false when the peer opens streams faster than they can be processed: the caller must
   *     end this stream and report nothing more of it
   */
  boolean arrive(PeerId peer);

  /** A stream without a beat ended, or is about to bring its first one. */
  void depart(PeerId peer);

  /**
   * A stream is about to bring its first beat.
   *
   * @param address multiaddr of the other side
   */
  void open(PeerId peer, String address);

  /**
   * A beat arrived.
   *
   * @param address multiaddr of the other side
   */
  void beat(PeerId peer, String address, Heartbeat beat);

  /** A beat arrived that cannot be used. */
  void drop(String reason);

  /**
   * A stream that had brought beats ended.
   *
   * @param reason null after a regular end
   */
  void close(PeerId peer, @Nullable String reason);

  /**
   * The peer closed a connection regularly (go-away frame).
   *
   * @param address as reported by its streams
   */
  void farewell(PeerId peer, String address);
}
