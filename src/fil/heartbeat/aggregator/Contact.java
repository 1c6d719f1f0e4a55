package fil.heartbeat.aggregator;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * When and from where a peer was heard.
 *
 * @param firstSeen when its first beat arrived; null before
 * @param lastBeat when its last beat arrived; null before the first
 * @param headSince since when its head is the present one; null before the first beat
 * @param beats accepted since {@code firstSeen}
 */
public record Contact(
    Connection connection,
    Uptime uptime,
    @Nullable Instant firstSeen,
    @Nullable Instant lastBeat,
    @Nullable Instant headSince,
    long beats) {

  /**
   * Its heartbeat streams.
   *
   * @param open whether one is
   * @param address multiaddr of the newest; kept when it ends, null before the first
   * @param since when the oldest open one first beat; null when none has
   * @param lostSince when the last one ended; null while one is open or none ever was
   */
  public record Connection(
      boolean open,
      @Nullable String address,
      @Nullable Instant since,
      @Nullable Instant lostSince) {}

  /**
   * The last 24 hours.
   *
   * @param share of them in which it beat, 0 to 1, of the time since it is known; null before the
   *     first slot of 30 s has passed
   * @param byHour a character for each hour, the oldest first: 0 it never beat, 9 always, 1 to 8
   *     between; - when nothing was recorded; empty when not known
   */
  public record Uptime(@Nullable Double share, String byHour) {}

  /** Of a peer that never came. */
  public static final Contact NEVER =
      new Contact(
          new Contact.Connection(false, null, null, null),
          new Contact.Uptime(null, ""),
          null,
          null,
          null,
          0);
}
