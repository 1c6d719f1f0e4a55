/**
 * The parts shared by all host implementations: limits, peers, connections, counters and penalties.
 * Decisions only; no socket, timer or protocol.
 */
@NullMarked
package fil.heartbeat.libp2p.host;

import org.jspecify.annotations.NullMarked;
