/**
 * The built-in host: sockets, timers, limits and deadlines. The protocol rules are in the packages
 * of the protocols.
 */
@NullMarked
package fil.heartbeat.libp2p.net;

import org.jspecify.annotations.NullMarked;
