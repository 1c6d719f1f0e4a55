package fil.heartbeat.fleet;

import java.time.Duration;
import java.time.Instant;

/**
 * What a node was judged before a restart, or that it was forked when there was last a majority to
 * compare it with. It stands until the node can be judged again: a state that is found anew goes
 * on, and one that only time can prove is not taken back before that.
 *
 * @param state one in which beats come
 * @param since when the state began
 * @param restarted when the process started, or when the node could no longer be judged
 */
public record StateBeforeRestart(State state, Instant since, Instant restarted) {

  StateBeforeRestart moved(Duration by) {
    return new StateBeforeRestart(state, since.plus(by), restarted.plus(by));
  }
}
