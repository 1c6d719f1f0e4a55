package fil.heartbeat.fleet;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What is seen of one node at a moment, gathered for {@link Judge}. */
public record Observation(Beats beats, Head head, Position position) {

  /**
   * How it is heard.
   *
   * @param seen whether it ever beat
   * @param overdue whether the detector says that its beats are
   * @param disconnectedSince since when it has no connection; null while it has one
   * @param stoppedSince since when it has stopped on purpose; null when it has not
   * @param last when its last beat came; null when never
   * @param meanMillis mean time between its beats; 0 when unknown
   */
  public record Beats(
      boolean seen,
      boolean overdue,
      @Nullable Instant disconnectedSince,
      @Nullable Instant stoppedSince,
      @Nullable Instant last,
      double meanMillis) {}

  /**
   * What it says of its chain.
   *
   * @param wrongNetwork whether it claims another genesis than the configured one
   * @param headless whether its last beat had an empty head
   * @param ahead how many epochs it is ahead of the clock, above the one that is tolerated; 0 or
   *     less when it is not, or without a clock
   * @param syncing whether it says so
   * @param lag epochs late, 0 or more; null when it cannot be measured
   * @param standsStill whether its head has stood for too long while the network's rose
   * @param since since when its head is the present one
   */
  public record Head(
      boolean wrongNetwork,
      boolean headless,
      long ahead,
      boolean syncing,
      @Nullable Long lag,
      boolean standsStill,
      @Nullable Instant since) {}

  /**
   * Where that puts it in its fleet.
   *
   * @param comparison of its reports with the fleet's
   * @param mayFork whether there are voters or references enough to call a node forked
   * @param belowReference whether it is lower than the reference height
   * @param voter whether it votes
   */
  public record Position(
      Comparison comparison, boolean mayFork, boolean belowReference, boolean voter) {}
}
