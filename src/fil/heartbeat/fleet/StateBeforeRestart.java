package fil.heartbeat.fleet;

import java.time.Duration;
import java.time.Instant;

/**
 * A node's state before a restart, or that it was forked when there was last a majority to compare
 * it with. It holds until the node can be judged again: a state that is found again continues, and
 * one that takes time to confirm is not withdrawn before that time has passed.
 *
 * @param state a state in which beats arrive
 * @param since when the state began
 * @param restarted when the process started, or when the node could no longer be judged
 */
public record StateBeforeRestart(State state, Instant since, Instant restarted) {

  StateBeforeRestart moved(Duration by) {
    return new StateBeforeRestart(state, since.plus(by), restarted.plus(by));
  }
}
