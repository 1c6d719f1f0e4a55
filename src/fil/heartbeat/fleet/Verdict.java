package fil.heartbeat.fleet;

import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The judged state of a node at a moment.
 *
 * @param liveness whether its beats arrive
 * @param chain the state of its head
 * @param agreement how its head relates to the fleet's
 * @param lagEpochs epochs late, 0 or more; null when it cannot be measured
 * @param voter whether it votes
 * @param reason why it is in its state, one line; null when the state needs no explanation
 * @param since when its state began
 */
public record Verdict(
    Liveness liveness,
    ChainState chain,
    Agreement agreement,
    @Nullable Long lagEpochs,
    boolean voter,
    @Nullable String reason,
    Instant since) {

  /** Epochs late from which a miner cannot rely on a node to prove in time. */
  private static final long LATE = 5;

  private static final Set<ChainState> USELESS =
      EnumSet.of(
          ChainState.WRONG_NETWORK,
          ChainState.NO_HEAD,
          ChainState.FORKED,
          ChainState.STALLED,
          ChainState.BEHIND);

  /** Whether a miner can rely on the node: it beats, follows its chain, and is not late. */
  public boolean isReliable() {
    return state().isBeating()
        && !USELESS.contains(chain)
        && (lagEpochs == null || lagEpochs < LATE);
  }

  /** Returns the one state that combines liveness and chain. */
  public State state() {
    return State.of(liveness, chain);
  }

  Verdict moved(Duration by) {
    return new Verdict(liveness, chain, agreement, lagEpochs, voter, reason, since.plus(by));
  }
}
