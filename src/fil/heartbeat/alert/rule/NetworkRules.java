package fil.heartbeat.alert.rule;

import fil.heartbeat.alert.model.AlertRule;
import fil.heartbeat.alert.model.AlertText;
import fil.heartbeat.alert.model.Condition;
import fil.heartbeat.chain.Network;
import fil.heartbeat.fleet.FleetSettings;
import fil.heartbeat.fleet.NetworkReport;
import fil.heartbeat.text.Moments;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/** The rules about networks. */
public final class NetworkRules {

  private NetworkRules() {}

  /** Whether any of its nodes beats with a head; nothing can be judged without one. */
  public static boolean isHeard(NetworkReport report) {
    return report.votes().voters() + report.votes().inConsensus() + report.votes().inDispute() > 0;
  }

  public static Condition fleetForked(NetworkReport report) {
    return isHeard(report) ? Condition.of(report.fleetForked()) : Condition.UNKNOWN;
  }

  /**
   * Two nodes that differ do not show which is right, so two have no consensus to lose. In an open
   * fleet unnamed nodes vote too and could split the vote: consensus is lost only if the monitored
   * nodes alone have none either.
   *
   * @param monitored how many of its voters are monitored; called only where it matters
   */
  static Condition consensusLost(NetworkReport report, IntSupplier monitored) {
    if (report.votes().voters() < FleetSettings.MIN_VOTERS) {
      return Condition.UNKNOWN;
    }
    if (report.votes().inConsensus() > 0) {
      return Condition.FALSE;
    }
    int voters = monitored.getAsInt();
    if (voters >= report.votes().voters()) {
      return Condition.TRUE;
    }
    int largest = report.branches().stream().mapToInt(NetworkReport.Branch::votes).max().orElse(0);
    return voters >= FleetSettings.MIN_VOTERS && 2 * largest <= voters
        ? Condition.TRUE
        : Condition.UNKNOWN;
  }

  /**
   * The value of {@code for}; three epochs of the network without one.
   *
   * @param written the configured value; empty without one
   */
  public static Duration consensusHold(Optional<Duration> written, NetworkReport report) {
    Duration hold = AlertRule.CONSENSUS_LOST.hold();
    if (written.isPresent()) {
      return written.get();
    }
    Long expected = report.heights().expected();
    Long best = report.heights().best();
    Instant newest = report.clock().newestBlock();
    Instant next = report.clock().nextEpoch();
    if (expected == null || best == null || newest == null || next == null || best > expected) {
      return hold;
    }
    long epochSeconds = Duration.between(newest, next).toSeconds() / (expected + 1 - best);
    return hold.multipliedBy(Math.max(1, epochSeconds)).dividedBy(Network.USUAL_EPOCH_SECONDS);
  }

  public static String name(NetworkReport report) {
    String key = key(report);
    return key == null ? "the network without a name" : key;
  }

  /** The network as nodes call it; null when they send no name. */
  public static @Nullable String key(NetworkReport report) {
    return report.network() == null ? report.genesisCid() : report.network();
  }

  static AlertText forkedText(NetworkReport report) {
    return new AlertText(
        "The fleet on " + name(report) + " is on another chain than the reference",
        "The majority of " + report.votes().voters() + " voters differs from an independent node");
  }

  static AlertText lostText(NetworkReport report) {
    return new AlertText(
        "Nobody on " + name(report) + " is in consensus",
        report.votes().voters()
            + " voters, and no chain has more than half of them; "
            + report.branches().size()
            + " sides are seen");
  }

  static AlertText stalledText(NetworkReport report, Instant since) {
    return new AlertText(
        "No new block on " + name(report) + " since " + Moments.orUnknown(since),
        "No node of the fleet, and no reference, told one above height " + report.heights().best());
  }
}
