/**
 * The parts shared by all host implementations: limits, peers, connections, counters and penalties.
 * Decisions only: no socket and no protocol; timers are set by a scheduler that is handed in.
 */
@NullMarked
package fil.heartbeat.libp2p.host;

import org.jspecify.annotations.NullMarked;
