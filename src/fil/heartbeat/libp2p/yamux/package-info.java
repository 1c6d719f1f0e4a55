/**
 * The yamux stream multiplexer ({@code /yamux/1.0.0}) as a value machine: bytes and the time in,
 * bytes and events out.
 */
@NullMarked
package fil.heartbeat.libp2p.yamux;

import org.jspecify.annotations.NullMarked;
