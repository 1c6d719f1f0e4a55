/** The answering side of libp2p ping, an echo of 32-byte blocks, as a value machine. */
@NullMarked
package fil.heartbeat.libp2p.ping;

import org.jspecify.annotations.NullMarked;
