/**
 * Watches the watcher: a sender of ours that beats to the aggregator of the same process, and a
 * sink that hears when the notification of its beat comes out; a dead man's switch that is pinged
 * for as long as beats come through; and a watch of other aggregators. Knows neither the aggregator
 * nor the engine of alerts: who does reports to it.
 */
@NullMarked
package fil.heartbeat.alert.canary;

import org.jspecify.annotations.NullMarked;
