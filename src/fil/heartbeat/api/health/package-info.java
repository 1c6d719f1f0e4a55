/**
 * The health of single nodes for load balancers: over HTTP, and as HAProxy's agent checks ask for
 * it. Both read one {@link fil.heartbeat.api.health.HealthWatch}.
 */
@NullMarked
package fil.heartbeat.api.health;

import org.jspecify.annotations.NullMarked;
