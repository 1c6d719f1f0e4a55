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

/** What others may see and do. Futures complete on the caller's context. */
public interface AlertView {

  /** Whether alerting is on. If not, there are only resolved alerts. */
  default boolean isOn() {
    return true;
  }

  /** Those pending and firing, and those resolved that some sink is still to be notified of. */
  Future<List<Alert>> alerts();

  /**
   * Resolved alerts, the newest end first.
   *
   * @param peerId of one node only; null for all
   * @param before that ended before this; null for the newest
   * @param limit 1 to 1000
   */
  Future<List<ResolvedAlert>> resolved(
      @Nullable String peerId, @Nullable Instant before, int limit);

  /** Says that somebody took it. Empty when there is no such alert that fires. */
  Future<Optional<Alert>> acknowledge(String id, Actor by, String comment);

  /** Those that hold or are to come, and those that ended within the last day. */
  Future<List<Silence>> silences();

  /**
   * Makes a silence.
   *
   * @throws IllegalStateException in the future, when there are too many
   */
  Future<Silence> addSilence(
      Selector select, Instant startsAt, Instant endsAt, Actor author, String comment);

  /** Ends a silence now. False when there is none that holds or is to come. */
  Future<Boolean> expireSilence(String id, Actor by);

  /**
   * Why this process is not well, one line each, as {@code AggregatorDegraded} says it; empty when
   * it is, and while alerting is off.
   */
  default Future<List<String>> degraded() {
    return Future.succeededFuture(List.of());
  }

  /** Counts, sinks and the canary. */
  Future<AlertStats> stats();
}
