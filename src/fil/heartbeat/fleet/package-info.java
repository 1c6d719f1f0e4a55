/**
 * Values and rules about a fleet of nodes: states, agreement, consensus, silence. Pure: times and
 * observations in, verdicts out. {@code Moved} moves times when the clock was set.
 */
@NullMarked
package fil.heartbeat.fleet;

import org.jspecify.annotations.NullMarked;
