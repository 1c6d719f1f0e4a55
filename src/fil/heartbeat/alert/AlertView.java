package fil.heartbeat.alert;

import fil.heartbeat.alert.model.Actor;
import fil.heartbeat.alert.model.Alert;
import fil.heartbeat.alert.model.AlertStats;
import fil.heartbeat.alert.model.ResolvedAlert;
import fil.heartbeat.alert.model.Selector;
import fil.heartbeat.alert.model.Silence;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The queries and commands of alerting. Futures complete on the caller's context. */
public interface AlertView {

  /** Whether alerting is on. If it is off, there are only resolved alerts. */
  default boolean isOn() {
    return true;
  }

  /** Pending and firing alerts, and resolved ones that some sink is still to be notified of. */
  Future<List<Alert>> alerts();

  /**
   * Resolved alerts, the latest end first.
   *
   * @param peerId of one node only; null for all
   * @param before only alerts that ended before this; null for the newest
   * @param limit 1 to 1000
   */
  Future<List<ResolvedAlert>> resolved(
      @Nullable String peerId, @Nullable Instant before, int limit);

  /** Acknowledges an alert. Empty when no alert with this id fires. */
  Future<Optional<Alert>> acknowledge(String id, Actor by, String comment);

  /** Active and future silences, and those that ended within the last day. */
  Future<List<Silence>> silences();

  /**
   * Adds a silence.
   *
   * @throws IllegalStateException in the future, when there are too many
   */
  Future<Silence> addSilence(
      Selector select, Instant startsAt, Instant endsAt, Actor author, String comment);

  /** Ends a silence now. False when no active or future silence has this id. */
  Future<Boolean> expireSilence(String id, Actor by);

  /**
   * Why this process is degraded, one line per reason, as in {@code AggregatorDegraded}; empty when
   * it is not, and while alerting is off.
   */
  default Future<List<String>> degraded() {
    return Future.succeededFuture(List.of());
  }

  /** Counters, sinks and the canary. */
  Future<AlertStats> stats();
}
