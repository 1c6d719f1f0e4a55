/**
 * What hosts of every implementation share: limits, the peers and connections of a host, its
 * counters and its penalties. Decisions only; no socket, timer or protocol.
 */
@NullMarked
package fil.heartbeat.libp2p.host;

import org.jspecify.annotations.NullMarked;
