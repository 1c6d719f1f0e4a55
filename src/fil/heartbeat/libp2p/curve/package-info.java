/**
 * The arithmetic of Curve25519 that a handshake needs: X25519 and the check of Ed25519 signatures,
 * in Java or by a native library.
 */
@NullMarked
package fil.heartbeat.libp2p.curve;

import org.jspecify.annotations.NullMarked;
