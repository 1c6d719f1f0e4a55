/** Takes heartbeat streams and keeps the last beat of each peer. */
@NullMarked
package fil.heartbeat.aggregator;

import org.jspecify.annotations.NullMarked;
