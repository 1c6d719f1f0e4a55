package fil.heartbeat.alert;

import fil.heartbeat.alert.model.AlertStats;
import fil.heartbeat.alert.model.Sink;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The rest of the process, as alerting sees it. Called on its context; must neither block nor
 * throw.
 */
public interface ProcessHealth {

  /** By how much the clock of the aggregator was adjusted since the start. */
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

  /**
   * Reports the newest beat number of the canary in the aggregator's answer; repeated each second.
   */
  void canarySeen(long number);

  /** Reports that the rules have evaluated this beat; repeated each second. */
  void canaryRuled(long number);

  /** The sink that receives the canary's notifications. */
  Sink canarySink();
}
