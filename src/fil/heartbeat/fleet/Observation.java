package fil.heartbeat.fleet;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The observations of one node at a moment, the input of {@link Judge}. */
public record Observation(Beats beats, Head head, Position position) {

  /**
   * Its beats.
   *
   * @param seen whether a beat ever arrived
   * @param overdue whether its beats are overdue according to the detector
   * @param disconnectedSince since when it has no connection; null while it has one
   * @param stoppedSince since when it has stopped: it said goodbye or closed its connection
   *     cleanly; null when it has not
   * @param last when its last beat arrived; null when none did
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
   * Its claims about its chain.
   *
   * @param wrongNetwork whether it claims another genesis than the configured one
   * @param headless whether its last beat had an empty head
   * @param ahead by how many epochs it exceeds the one epoch that it may be ahead of the clock; 0
   *     or less when it does not, or without a known clock
   * @param syncing whether it reports that it is syncing
   * @param lag epochs late, 0 or more; null when it cannot be measured
   * @param standsStill whether its head has stood for too long while the network's rose
   * @param since since when it has its present head
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
   * Its position in the fleet.
   *
   * @param comparison of its reports with the fleet's
   * @param mayFork whether there are enough voters or references to judge a node as forked
   * @param belowReference whether it is lower than the reference height
   * @param voter whether it votes
   */
  public record Position(
      Comparison comparison, boolean mayFork, boolean belowReference, boolean voter) {}
}
