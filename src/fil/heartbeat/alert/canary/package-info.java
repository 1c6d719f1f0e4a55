/**
 * Monitors the monitoring: the canary, which beats to the aggregator of its own process, and a sink
 * that receives the notifications of its beats; a dead man's switch that is pinged while beats come
 * through; and a watch of other aggregators. Depends on neither the aggregator nor the alert
 * engine: their callers report to it.
 */
@NullMarked
package fil.heartbeat.alert.canary;

import org.jspecify.annotations.NullMarked;
