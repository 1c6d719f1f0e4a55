/** HTTP: what the aggregator and the senders know, read only. */
@NullMarked
package fil.heartbeat.api;

import org.jspecify.annotations.NullMarked;
