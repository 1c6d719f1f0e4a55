package fil.heartbeat.sender;

import fil.heartbeat.config.SenderConfig;
import java.time.Duration;

/**
 * The times of one sender, derived from its two periods. Vert.x timers count whole milliseconds,
 * and so do the periods.
 *
 * @param beatMillis between beats, 1 or more
 * @param reconnectMillis between attempts to connect, 1 or more, before jitter
 * @param request time limit of the requests for head and miner address
 * @param open limit of name lookup, connect, upgrade and stream negotiation together
 * @param write how long a peer may leave a frame unread before the connection is closed
 */
record SenderTimes(
    long beatMillis, long reconnectMillis, Duration request, Duration open, Duration write) {

  /** Time for the last beat of a planned stop: no stop waits longer for a peer. */
  static final Duration GOODBYE = Duration.ofSeconds(1);

  private static final Duration OPEN = Duration.ofSeconds(10);

  static SenderTimes of(SenderConfig config) {
    Duration beat = config.beatPeriod();
    return new SenderTimes(
        wholeMillis(beat),
        wholeMillis(config.reconnectPeriod()),
        clamp(beat, Duration.ofSeconds(1), Duration.ofSeconds(5)),
        OPEN,
        clamp(beat.multipliedBy(10), Duration.ofSeconds(5), Duration.ofSeconds(30)));
  }

  /** Returns the silence after which a ping is sent on a beat connection. */
  static Duration pingAfter(Duration beatPeriod) {
    return atLeast(beatPeriod, Duration.ofSeconds(1));
  }

  /** Returns the silence after which a beat connection is dead. */
  static Duration deadAfter(Duration beatPeriod) {
    return atLeast(beatPeriod.multipliedBy(3), Duration.ofSeconds(10));
  }

  private static long wholeMillis(Duration period) {
    return Math.max(1, period.plusNanos(500_000).toMillis());
  }

  private static Duration clamp(Duration value, Duration least, Duration most) {
    return value.compareTo(most) > 0 ? most : atLeast(value, least);
  }

  private static Duration atLeast(Duration value, Duration least) {
    return value.compareTo(least) < 0 ? least : value;
  }
}
