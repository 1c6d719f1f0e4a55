package fil.heartbeat.alert;

import fil.heartbeat.aggregator.ClockSteps;
import fil.heartbeat.aggregator.IngestCounts;
import fil.heartbeat.alert.notify.MonitoredSink;
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
public final class SelfCheck {
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
      Collection<MonitoredSink> sinks,
      boolean canaryHealthy,
      Optional<Validity> certificate,
      Instant now) {
    List<String> faults = new ArrayList<>(ofAggregator(history, networks, steps));
    alertStore.ifPresent(fault -> faults.add("alerts are not kept: " + fault));
    if (losesBeats(counts, now)) {
      faults.add("beats come faster than they can be taken");
    }
    for (MonitoredSink sink : sinks) {
      sink.failingFor(SINK_FAILING, now)
          .ifPresent(fault -> faults.add("a sink has not been told for 5 minutes: " + fault));
    }
    if (!canaryHealthy) {
      faults.add("the canary's beats do not come through from end to end");
    }
    certificate.flatMap(each -> each.fault(now)).ifPresent(faults::add);
    return faults;
  }

  /** What is so without the alert role, too. */
  public static List<String> ofAggregator(
      HistoryStats history, List<NetworkReport> networks, ClockSteps steps) {
    List<String> faults = new ArrayList<>();
    history.fault().ifPresent(fault -> faults.add("history is not written: " + fault));
    for (NetworkReport network : networks) {
      Duration ahead = network.clockAhead();
      if (ahead != null) {
        faults.add(clock(ahead) + (network.network() == null ? "" : " of " + network.network()));
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

  private static String clock(Duration ahead) {
    return "the clock of this machine is about "
        + about(ahead.abs())
        + (ahead.isNegative() ? " behind" : " ahead of")
        + " that of the nodes";
  }

  /** In the unit that says enough. */
  private static String about(Duration time) {
    long minutes = time.plusSeconds(30).toMinutes();
    long hours = time.plusMinutes(30).toHours();
    if (minutes < 2) {
      return time.toSeconds() + " s";
    }
    return minutes < 120 ? minutes + " min" : hours < 48 ? hours + " h" : hours / 24 + " days";
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
