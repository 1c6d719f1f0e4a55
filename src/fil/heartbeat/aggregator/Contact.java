package fil.heartbeat.aggregator;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * When and from where beats of a peer arrived.
 *
 * @param firstSeen when its first beat arrived; null before
 * @param lastBeat when its last beat arrived; null before the first
 * @param headSince since when it has its present head; null before the first beat
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
   * The peer's heartbeat streams.
   *
   * @param open whether at least one is open
   * @param address multiaddr of the newest; retained after it ends, null before the first
   * @param since when the oldest open one brought its first beat; null when none has
   * @param lostSince when the last one ended; null while one is open or if there never was one
   */
  public record Connection(
      boolean open,
      @Nullable String address,
      @Nullable Instant since,
      @Nullable Instant lostSince) {}

  /**
   * The last 24 hours.
   *
   * @param share fraction of the slots since it is known in which it sent beats, 0 to 1; null
   *     before the first slot of 30 s has passed
   * @param byHour a character for each hour, the oldest first: 0 no beats, 9 beats in every slot, 1
   *     to 8 between; - when nothing was recorded; empty when not known
   */
  public record Uptime(@Nullable Double share, String byHour) {}

  /** The contact of a peer that never connected. */
  public static final Contact NEVER =
      new Contact(
          new Contact.Connection(false, null, null, null),
          new Contact.Uptime(null, ""),
          null,
          null,
          null,
          0);
}
