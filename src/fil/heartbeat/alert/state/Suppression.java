package fil.heartbeat.alert.state;

import fil.heartbeat.alert.model.AlertRule;
import fil.heartbeat.alert.model.Silence;
import fil.heartbeat.config.AlertsConfig;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Decides what mutes a firing alert. Sinks that were notified still get the resolution. */
public final class Suppression {

  /** A problem of a flapping node that lasts this long is no flapping any more, and is notified. */
  public static final Duration MOST_FLAPPING = Duration.ofMinutes(5);

  private final AlertTable table;
  private final Silences silences;
  private List<MaintenanceWindow> windows;
  private Duration isolationLimit;

  public Suppression(AlertsConfig config, AlertTable table, Silences silences) {
    this.table = table;
    this.silences = silences;
    this.windows = windows(config);
    this.isolationLimit = config.rules().isolationLimit();
  }

  /** Applies another configuration; afterwards every alert must be passed to {@link #update}. */
  public void config(AlertsConfig next) {
    windows = windows(next);
    isolationLimit = next.rules().isolationLimit();
  }

  private static List<MaintenanceWindow> windows(AlertsConfig config) {
    return config.maintenance().stream().map(MaintenanceWindow::new).toList();
  }

  /** Adds a silence, which takes effect at the next {@link #update}. */
  public void add(Silence silence) {
    selected(silence).forEach(each -> each.selectedBy(silence));
  }

  /** Removes a silence that was ended by hand. */
  public void end(Silence silence) {
    selected(silence).forEach(each -> each.released(silence));
  }

  private Stream<AlertRecord> selected(Silence silence) {
    return table.live().stream().filter(each -> silence.select().matches(each.labels()));
  }

  /**
   * Updates what suppresses each alert.
   *
   * @param touched alerts whose silences and windows may have changed
   * @return alerts whose suppression changed
   */
  public List<AlertRecord> update(Collection<AlertRecord> touched, Instant now) {
    for (AlertRecord each : touched) {
      each.selectedBy(
          silences.matching(each.labels()),
          windows.stream().filter(open -> open.window().select().matches(each.labels())).toList());
    }
    Set<MaintenanceWindow> open = new HashSet<>();
    windows.stream().filter(window -> window.holds(now)).forEach(open::add);
    Map<AlertRecord, Integer> inhibits = new HashMap<>();
    List<AlertRecord> changed = new ArrayList<>();
    for (AlertRecord each : table.live()) {
      AlertRecord cause = cause(each, now);
      if (cause != null) {
        inhibits.merge(cause, 1, Integer::sum);
      }
      if (each.suppressedBy(reason(each, open, cause, now))) {
        changed.add(each);
      }
    }
    for (AlertRecord each : table.live()) {
      each.inhibits(inhibits.getOrDefault(each, 0));
    }
    return changed;
  }

  /**
   * What suppresses it; null when nothing does.
   *
   * @param open the maintenance windows that are open now
   * @param cause of the alert, see {@link #cause}
   */
  private static @Nullable String reason(
      AlertRecord record, Set<MaintenanceWindow> open, @Nullable AlertRecord cause, Instant now) {
    if (!record.isFiring() || !record.rule().isSuppressible()) {
      return null;
    }
    for (Silence each : record.silences()) {
      if (each.holds(now)) {
        return "silence " + each.id();
      }
    }
    for (MaintenanceWindow each : record.windows()) {
      if (open.contains(each)) {
        return "maintenance " + each.window().name();
      }
    }
    return cause == null ? null : cause.rule().label();
  }

  /** The alert that explains it, whether it fires yet or not; null without one. */
  private @Nullable AlertRecord cause(AlertRecord record, Instant now) {
    String peerId = record.key().peerId();
    if (peerId == null) {
      return null;
    }
    String network = record.network() == null ? "" : record.network();
    AlertRecord cause =
        switch (record.rule()) {
          case NODE_SILENT -> isolated(now);
          case NODE_DISCONNECTED -> {
            AlertRecord isolated = isolated(now);
            yield isolated == null ? firing(AlertRule.NODE_SILENT, peerId) : isolated;
          }
          case NODE_SLOW, NODE_BEHIND, NODE_STALLED -> firing(AlertRule.NETWORK_STALLED, network);
          case NODE_FORKED -> {
            AlertRecord lost = table.live(new AlertKey(AlertRule.CONSENSUS_LOST, network));
            yield lost == null ? firing(AlertRule.FLEET_FORKED, network) : lost;
          }
          case NODE_FINALITY_LAG -> {
            AlertRecord lags = firing(AlertRule.FINALITY_LAG, network);
            yield lags == null ? lost(peerId) : lags;
          }
          case UPGRADE_NOT_READY, NODE_ISOLATED, BALANCE_LOW, MESSAGES_STUCK, NODE_RESTARTING ->
              lost(peerId);
          default -> null;
        };
    boolean lasts = !record.lifecycle().activeAt().plus(MOST_FLAPPING).isAfter(now);
    return cause != null || lasts || record.rule() == AlertRule.NODE_FLAPPING
        ? cause
        : firing(AlertRule.NODE_FLAPPING, peerId);
  }

  /**
   * Isolation of the fleet explains the loss of a node, but only for a time: a node that is still
   * lost after it may have another reason. A clock that is set back does not prolong this.
   */
  private @Nullable AlertRecord isolated(Instant now) {
    AlertRecord isolated = firing(AlertRule.FLEET_ISOLATED, "");
    Instant since = isolated == null ? null : isolated.lifecycle().startsAt();
    return since != null && Duration.between(since, now).abs().compareTo(isolationLimit) < 0
        ? isolated
        : null;
  }

  /**
   * What a node without a head or a connection reported before is old, and its loss comes first.
   */
  private @Nullable AlertRecord lost(String peerId) {
    AlertRecord headless = firing(AlertRule.NODE_NO_HEAD, peerId);
    return headless == null ? firing(AlertRule.NODE_DISCONNECTED, peerId) : headless;
  }

  private @Nullable AlertRecord firing(AlertRule rule, String subject) {
    AlertRecord found = table.live(new AlertKey(rule, subject));
    return found != null && found.isFiring() ? found : null;
  }
}
