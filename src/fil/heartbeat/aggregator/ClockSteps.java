package fil.heartbeat.aggregator;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What the clock of this machine did since the start, apart from going on.
 *
 * @param total by how much all times known were moved; whoever holds some moves them along
 * @param holds whether nothing is judged for a while because of it
 * @param news what it did last, in words, for as long as that is news; null else
 */
public record ClockSteps(Duration total, boolean holds, @Nullable String news) {
  public static final ClockSteps NONE = new ClockSteps(Duration.ZERO, false, null);
}
