/**
 * Who may ask what, and what is hidden from whom: tokens, sessions and the secret of this machine,
 * {@link fil.heartbeat.api.access.AccessRules}, and {@link fil.heartbeat.api.access.Hiding}, the
 * one place through which all passes that the HTTP server shows.
 */
@NullMarked
package fil.heartbeat.api.access;

import org.jspecify.annotations.NullMarked;
