package fil.heartbeat.fleet;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Moves times that were read before the clock was set; {@link Instant#MIN} and {@link Instant#MAX}
 * stay.
 */
public final class Moved {
  private Moved() {}

  public static Instant moved(Instant at, Duration by) {
    return at.equals(Instant.MIN) || at.equals(Instant.MAX) ? at : at.plus(by);
  }

  /** Null stays null. */
  public static @Nullable Instant movedOrNull(@Nullable Instant at, Duration by) {
    return at == null ? null : moved(at, by);
  }
}
