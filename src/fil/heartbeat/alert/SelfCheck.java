package fil.heartbeat.alert;

import fil.heartbeat.aggregator.IngestCounts;
import fil.heartbeat.aggregator.Overview;
import fil.heartbeat.alert.notify.MonitoredSink;
import fil.heartbeat.fleet.Moved;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Why the aggregator is degraded: its own faults and those that alerting sees. One context. */
final class SelfCheck {
  /** How long a sink must fail to count: a receiver that is restarted is no fault. */
  static final Duration SINK_FAILING = Duration.ofMinutes(5);

  /** How long lost beats count as a fault after the last loss. */
  static final Duration LOSS = Duration.ofSeconds(30);

  private long lost = -1;
  private @Nullable Instant lostAt;

  /** The faults, one line each; empty when there are none. */
  List<String> faults(
      Overview overview,
      Optional<String> alertStore,
      Collection<MonitoredSink> sinks,
      boolean canaryHealthy,
      Optional<Validity> certificate,
      Instant now) {
    List<String> faults = new ArrayList<>(overview.degraded());
    alertStore.ifPresent(fault -> faults.add("alerts are not kept: " + fault));
    if (losesBeats(overview.accounts().beats(), now)) {
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

  /** Adjusts stored times after the clock was set. */
  void moved(Duration by) {
    lostAt = Moved.movedOrNull(lostAt, by);
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
