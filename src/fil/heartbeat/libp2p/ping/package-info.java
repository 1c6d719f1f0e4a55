/** libp2p ping: echo of 32-byte blocks, answering and asking, as a value machine. */
@NullMarked
package fil.heartbeat.libp2p.ping;

import org.jspecify.annotations.NullMarked;
