package fil.heartbeat.fleet;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What is thought of a node at a moment.
 *
 * @param liveness whether it is heard
 * @param chain what its head says
 * @param agreement how its head relates to the fleet's
 * @param lagEpochs epochs late, 0 or more; null when it cannot be measured
 * @param voter whether it votes
 * @param reason why it is in its state, one line; null when the state says it all
 * @param since when it came into its state
 */
public record Verdict(
    Liveness liveness,
    ChainState chain,
    Agreement agreement,
    @Nullable Long lagEpochs,
    boolean voter,
    @Nullable String reason,
    Instant since) {

  /** The one word for liveness and chain. */
  public State state() {
    return State.of(liveness, chain);
  }

  Verdict moved(Duration by) {
    return new Verdict(liveness, chain, agreement, lagEpochs, voter, reason, since.plus(by));
  }
}
