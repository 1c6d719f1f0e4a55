/**
 * Access and redaction: tokens, sessions and the local secret, {@link
 * fil.heartbeat.api.access.AccessRules}, and {@link fil.heartbeat.api.access.Hiding}, the one place
 * through which all data passes that the HTTP server shows.
 */
@NullMarked
package fil.heartbeat.api.access;

import org.jspecify.annotations.NullMarked;
