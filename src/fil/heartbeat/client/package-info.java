/**
 * Shared by all clients of other servers: bounded calls, the user agent, back-off, and the log
 * level of recurring failures.
 */
@NullMarked
package fil.heartbeat.client;

import org.jspecify.annotations.NullMarked;
