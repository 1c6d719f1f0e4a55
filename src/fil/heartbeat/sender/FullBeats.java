package fil.heartbeat.sender;

import fil.heartbeat.wire.Extras;
import fil.heartbeat.wire.Heartbeat;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Which beats of a sender have the optional members: the first of a connection, one with a change,
 * and else one each 30 s. A beat without them says that those of the last full one still hold. A
 * new response time or age is no change. Pure.
 */
final class FullBeats {
  private static final long AGAIN_NANOS = Duration.ofSeconds(30).toNanos();

  private Extras seen = Extras.NONE;
  private Extras seenLasting = Extras.NONE;
  private @Nullable Extras sent;
  private long sentNanos;
  private long connection;

  /**
   * Returns the beat to write: this one, or without its optional members.
   *
   * @param onConnection number of the connection
   */
  Heartbeat next(Heartbeat beat, long onConnection, long nowNanos) {
    Extras lasting = beat.extras().equals(seen) ? seenLasting : lasting(beat.extras());
    seen = beat.extras();
    seenLasting = lasting;
    boolean full =
        onConnection != connection || !lasting.equals(sent) || nowNanos - sentNanos >= AGAIN_NANOS;
    if (!full || beat.extras().isNone()) {
      return beat.with(Extras.NONE);
    }
    connection = onConnection;
    sent = lasting;
    sentNanos = nowNanos;
    return beat;
  }

  private static Extras lasting(Extras extras) {
    return extras.toBuilder()
        .rpcMillis(null)
        .balances(extras.balances().stream().map(each -> each.withAge(0)).toList())
        .proving(extras.proving().stream().map(each -> each.withAge(0)).toList())
        .pendingMessages(extras.pendingMessages().stream().map(each -> each.withAge(0)).toList())
        .build();
  }
}
