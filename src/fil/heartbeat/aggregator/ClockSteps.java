package fil.heartbeat.aggregator;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Jumps of this machine's clock since the start.
 *
 * @param total by how much all stored times were moved; every holder of times must move them too
 * @param holds whether judging is paused because of a jump
 * @param news text on the last jump while it is recent; else null
 */
public record ClockSteps(Duration total, boolean holds, @Nullable String news) {
  public static final ClockSteps NONE = new ClockSteps(Duration.ZERO, false, null);
}
