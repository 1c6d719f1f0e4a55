package fil.heartbeat.aggregator;

import fil.heartbeat.fleet.Moved;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a peer stopped on purpose: its last beat said so, or its last stream and the
 * connection under it ended, the connection regularly, and the peer does not return at once. The
 * end of a stream alone proves nothing. Has no clock: callers pass times in.
 */
final class Farewell {

  /** Maximum time between the end of the stream and that of its connection, in either order. */
  static final Duration TOGETHER = Duration.ofSeconds(5);

  /** Time in which a peer may return: a sender that redials has not stopped. */
  static final Duration RETURN = Duration.ofSeconds(10);

  /** The end of a stream or connection from an address. */
  private record End(String address, Moment at) {
    static @Nullable End moved(@Nullable End end, Duration by) {
      return end == null ? null : new End(end.address, end.at.moved(by));
    }
  }

  private @Nullable End stream;
  private @Nullable End connection;
  private @Nullable Moment arrival;
  private @Nullable Instant stoppedSince;

  /** A beat announced that it is the last. */
  void said(Instant now) {
    beaten();
    stoppedSince = now;
  }

  /** Any other beat arrived. */
  void beaten() {
    stream = null;
    connection = null;
    arrival = null;
    stoppedSince = null;
  }

  /** The last stream with beats was ended by the peer, or with its connection. */
  void streamEnded(String address, Moment now) {
    stream = new End(address, now);
  }

  /** A connection of the peer ended regularly. */
  void connectionEnded(String address, Moment now) {
    connection = new End(address, now);
  }

  /** A stream opened; no beat arrived on it yet. */
  void arrived(Moment now) {
    arrival = now;
  }

  /**
   * Returns since when the peer has stopped; null when it has not, as far as is known now.
   *
   * @param comesBack whether a stream without a beat is open
   */
  @Nullable Instant since(Moment now, boolean comesBack) {
    End last = stream;
    if (stoppedSince == null && !comesBack && last != null && isFarewell(last)) {
      Moment newest = arrival;
      long from = last.at.nanos();
      if (newest != null && newest.nanos() - from > 0) {
        from = newest.nanos();
      }
      stoppedSince = now.nanos() - from >= RETURN.toNanos() ? last.at.at() : null;
    }
    return stoppedSince;
  }

  /** Whether time alone may show that it has stopped. */
  boolean isPending() {
    End last = stream;
    return stoppedSince == null && last != null && isFarewell(last);
  }

  /** Whether its last stream ended or it said that it stops, and it has not beaten since. */
  boolean isBegun() {
    return stream != null || stoppedSince != null;
  }

  private boolean isFarewell(End last) {
    End under = connection;
    return under != null
        && last.address.equals(under.address)
        && Math.abs(last.at.nanos() - under.at.nanos()) <= TOGETHER.toNanos();
  }

  /** The clock was set. */
  void moved(Duration by) {
    stream = End.moved(stream, by);
    connection = End.moved(connection, by);
    arrival = arrival == null ? null : arrival.moved(by);
    stoppedSince = Moved.movedOrNull(stoppedSince, by);
  }

  /** Restores a stop from before a restart. */
  void restore(Instant since) {
    stoppedSince = since;
  }
}
