/**
 * Our own host: the only code that touches sockets and timers of libp2p. Limits and deadlines live
 * here; protocol rules live in the cores.
 */
@NullMarked
package fil.heartbeat.libp2p.net;

import org.jspecify.annotations.NullMarked;
