package fil.heartbeat.alert;

import fil.heartbeat.aggregator.ClockSteps;
import fil.heartbeat.aggregator.IngestCounts;
import fil.heartbeat.fleet.Moved;
import fil.heartbeat.fleet.NetworkReport;
import fil.heartbeat.history.HistoryStats;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Why the aggregator is not well. One context. */
public final class Wellness {
  /** How long a sink must fail: one that is started anew is not worth a word. */
  static final Duration SINK_FAILING = Duration.ofMinutes(5);

  /** How long beats that were lost are held against it: so that one burst is no trouble. */
  static final Duration LOSS = Duration.ofSeconds(30);

  private long lost = -1;
  private @Nullable Instant lostAt;

  /** One line each; empty when it is well. */
  List<String> faults(
      HistoryStats history,
      Optional<String> alertStore,
      List<NetworkReport> networks,
      ClockSteps steps,
      IngestCounts counts,
      Collection<Outlet> outlets,
      boolean canaryHealthy,
      Instant now) {
    List<String> faults = new ArrayList<>(ofAggregator(history, networks, steps));
    alertStore.ifPresent(fault -> faults.add("alerts are not kept: " + fault));
    if (losesBeats(counts, now)) {
      faults.add("beats come faster than they can be taken");
    }
    for (Outlet outlet : outlets) {
      outlet
          .failingFor(SINK_FAILING, now)
          .ifPresent(fault -> faults.add("a sink has not been told for 5 minutes: " + fault));
    }
    if (!canaryHealthy) {
      faults.add("the canary's beats do not come through from end to end");
    }
    return faults;
  }

  /** What is so without the alert role, too. */
  public static List<String> ofAggregator(
      HistoryStats history, List<NetworkReport> networks, ClockSteps steps) {
    List<String> faults = new ArrayList<>();
    history.fault().ifPresent(fault -> faults.add("history is not written: " + fault));
    for (NetworkReport network : networks) {
      if (network.clockSuspected()) {
        faults.add("the clock of this machine differs from that of most nodes" + of(network));
      }
    }
    if (steps.news() != null) {
      faults.add(steps.news());
    }
    return faults;
  }

  /** The clock was set. */
  void moved(Duration by) {
    lostAt = Moved.movedOrNull(lostAt, by);
  }

  private static String of(NetworkReport network) {
    return network.network() == null ? "" : " of " + network.network();
  }

  private boolean losesBeats(IngestCounts counts, Instant now) {
    long before = lost;
    lost = counts.dropped().getOrDefault(IngestCounts.OVERFLOW, 0L);
    if (before >= 0 && lost > before) {
      lostAt = now;
    }
    return lostAt != null && now.isBefore(lostAt.plus(LOSS));
  }
}
