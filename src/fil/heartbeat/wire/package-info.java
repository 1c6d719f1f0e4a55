/**
 * The heartbeat message and its JSON-lines codec, byte-exact with Go's encoder and bounded on the
 * way in.
 */
@NullMarked
package fil.heartbeat.wire;

import org.jspecify.annotations.NullMarked;
