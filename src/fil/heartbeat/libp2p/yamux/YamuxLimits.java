package fil.heartbeat.libp2p.yamux;

/**
 * Limits of one session.
 *
 * @param maxInboundStreams open inbound streams; more are reset before anything is allocated
 * @param maxRefusedPerMinute refused inbound openings per minute before GO_AWAY
 * @param maxUnackedOutbound outbound streams that the peer has not acknowledged
 * @param maxPendingPongs answers to pings queued while the output is not taken; the session reads
 *     nothing after the next ping until it is
 * @param maxPingsPerSecond inbound pings answered per second, with a burst of 64; the session reads
 *     nothing after a ping that arrives too early until it is due
 */
public record YamuxLimits(
    int maxInboundStreams,
    int maxRefusedPerMinute,
    int maxUnackedOutbound,
    int maxPendingPongs,
    int maxPingsPerSecond) {

  /** The default limits. */
  public static final YamuxLimits DEFAULT = new YamuxLimits(64, 1024, 256, 32, 10);
}
