package fil.heartbeat.alert;

import fil.heartbeat.alert.model.AlertStats;
import fil.heartbeat.alert.model.Sink;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The rest of the process, as alerts see it. Called on their context; must neither block nor throw.
 */
public interface ProcessHealth {

  /** By how much the clock of the aggregator was set since the start. */
  default Duration stepped() {
    return Duration.ZERO;
  }

  /** Names of {@code alerts.peers} that do not answer. */
  List<String> deadPeers();

  /** Whether the canary's beats come through; true without a canary. */
  boolean isCanaryHealthy();

  /** When the certificate of the HTTP server is valid; empty without one. */
  Optional<Validity> certificate();

  /** How the canary's last round went; empty before the first, or without a canary. */
  Optional<AlertStats.CanaryStats> canary();

  /** Number of the newest beat of the canary that the aggregator saw; again each second. */
  void canarySeen(long number);

  /** The rules have seen it; again each second. */
  void canaryRuled(long number);

  /** Where the notification of a beat comes out at the end. */
  Sink canarySink();
}
