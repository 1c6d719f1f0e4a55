package fil.heartbeat.libp2p.yamux;

/**
 * Bounds of one session.
 *
 * @param maxInboundStreams inbound streams alive; more are reset before anything is allocated
 * @param maxRefusedPerMinute refused inbound openings per minute before GO_AWAY
 * @param maxUnackedOutbound our openings that the peer has not acknowledged
 * @param maxPendingPongs answers to pings queued while the output is not taken; the session takes
 *     nothing behind the next ping until it is
 * @param maxPingsPerSecond inbound pings answered per second, with a burst of 64; the session takes
 *     nothing behind a ping that comes too early until its time is there
 */
public record YamuxLimits(
    int maxInboundStreams,
    int maxRefusedPerMinute,
    int maxUnackedOutbound,
    int maxPendingPongs,
    int maxPingsPerSecond) {

  /** The limits of a host that changes none. */
  public static final YamuxLimits DEFAULT = new YamuxLimits(64, 1024, 256, 32, 10);
}
