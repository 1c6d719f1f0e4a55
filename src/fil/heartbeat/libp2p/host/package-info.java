/**
 * What every host keeps, whichever implementation speaks: its limits, its patience, its peers and
 * the account of it all. Decisions only; no socket, timer or protocol.
 */
@NullMarked
package fil.heartbeat.libp2p.host;

import org.jspecify.annotations.NullMarked;
