/**
 * multistream-select 1.0.0 as a value machine: bytes in, bytes and the agreed protocol id out. No
 * socket, timer or logger.
 */
@NullMarked
package fil.heartbeat.libp2p.multistream;

import org.jspecify.annotations.NullMarked;
