/**
 * How requests and answers are written: JSON and CSV bodies with a validator, problem documents
 * (RFC 9457), parameters and bodies that are read with a fault for each bad value, and the limits
 * of connections, requests and unread answers. Knows no route and nobody who asks.
 */
@NullMarked
package fil.heartbeat.api.http;

import org.jspecify.annotations.NullMarked;
