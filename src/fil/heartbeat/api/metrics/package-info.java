/** The metrics for Prometheus: of one consistent state, and of this process. */
@NullMarked
package fil.heartbeat.api.metrics;

import org.jspecify.annotations.NullMarked;
