/**
 * Values and rules about a fleet of nodes: states, agreement, consensus, silence. Pure: time and
 * observations come in, verdicts come out.
 */
@NullMarked
package fil.heartbeat.fleet;

import org.jspecify.annotations.NullMarked;
