/**
 * How requests and answers are written: JSON and CSV bodies with an ETag, problem documents (RFC
 * 9457), parameters and bodies with a fault for each bad value, and the limits of connections,
 * requests and unread answers. Knows no routes and no callers.
 */
@NullMarked
package fil.heartbeat.api.http;

import org.jspecify.annotations.NullMarked;
