/**
 * The Noise XX handshake of libp2p ({@code /noise}) and the transport ciphers that follow it, as a
 * value machine.
 */
@NullMarked
package fil.heartbeat.libp2p.noise;

import org.jspecify.annotations.NullMarked;
