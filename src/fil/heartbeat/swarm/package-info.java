/**
 * The load generator: many virtual nodes in one process, each with an identity and a connection of
 * its own over real libp2p, on the simulated chain.
 */
@NullMarked
package fil.heartbeat.swarm;

import org.jspecify.annotations.NullMarked;
