/**
 * Watches the watcher: a sender of ours that beats to the aggregator of the same process and hears
 * whether its beats came to be seen, judged and told; a ping outwards for as long as they do; and a
 * look at other aggregators. Knows neither the aggregator nor the alerts: those who do tell it.
 */
@NullMarked
package fil.heartbeat.alert.canary;

import org.jspecify.annotations.NullMarked;
