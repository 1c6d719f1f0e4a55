package fil.heartbeat.aggregator;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * When and whence a peer was heard.
 *
 * @param connected whether a heartbeat stream of the peer is open
 * @param address multiaddr of the newest stream; kept when it ends, null before the first
 * @param connectedSince when the oldest open stream first beat; null when none has
 * @param disconnectedSince when the last stream ended; null while one is open or none ever was
 * @param firstSeen when its first beat arrived; null before
 * @param lastBeat when its last beat arrived; null before the first
 * @param headSince since when its head is the present one; null before the first beat
 * @param beats accepted since {@code firstSeen}
 * @param uptime24h share of the last 24 hours in which it beat, 0 to 1, of the time since it is
 *     known; null before the first slot of 30 s has passed
 * @param uptimeByHour a character for each of these hours, the oldest first: 0 it never beat, 9
 *     always, 1 to 8 between; - when nothing was recorded; empty when not told
 */
public record Contact(
    boolean connected,
    @Nullable String address,
    @Nullable Instant connectedSince,
    @Nullable Instant disconnectedSince,
    @Nullable Instant firstSeen,
    @Nullable Instant lastBeat,
    @Nullable Instant headSince,
    long beats,
    @Nullable Double uptime24h,
    String uptimeByHour) {

  /** Of a peer that never came. */
  public static final Contact NEVER =
      new Contact(false, null, null, null, null, null, null, 0, null, "");
}
