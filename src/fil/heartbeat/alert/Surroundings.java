package fil.heartbeat.alert;

import fil.heartbeat.history.HistoryStats;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;

/**
 * What alerts learn from the rest of their process. Called on their context; what it answers at
 * once must not block.
 */
public interface Surroundings {

  /** The account of the store that history and alerts are kept in. */
  HistoryStats history();

  /** Names of {@code alerts.peers} that do not answer. */
  List<String> deadPeers();

  /** Number of the newest beat of the canary that the aggregator saw; 0 for none. */
  long canaryBeat();

  /** How the canary's last round went; empty before the first, or without a canary. */
  Optional<AlertStats.CanaryStats> canary();

  /** Takes the canary's notification, as a sink takes the others. */
  Future<Void> tellCanary(Notification notification);
}
