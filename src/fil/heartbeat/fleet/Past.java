package fil.heartbeat.fleet;

import java.time.Instant;

/**
 * What a node was judged before a restart. It stands until the node can be judged again: a state
 * that is found anew goes on, and one that only time can prove is not taken back before that.
 *
 * @param state one in which beats come
 * @param since when the state began
 * @param restarted when the process started
 */
public record Past(State state, Instant since, Instant restarted) {}
