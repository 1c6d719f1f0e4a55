/**
 * The heartbeat message and its JSON-lines codec, byte-exact with Go's encoder and with limits on
 * input.
 */
@NullMarked
package fil.heartbeat.wire;

import org.jspecify.annotations.NullMarked;
