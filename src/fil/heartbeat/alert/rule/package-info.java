/**
 * Evaluates whether a rule's condition holds for a node, a network or the aggregator, and since
 * when. Rules call the table of alerts, never the other way round. Pure; one owner thread.
 */
@NullMarked
package fil.heartbeat.alert.rule;

import org.jspecify.annotations.NullMarked;
