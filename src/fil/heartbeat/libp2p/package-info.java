/**
 * The face of libp2p: hosts, streams, peer ids, identities and multiaddrs. Nothing above this
 * package knows which implementation is behind it ({@link java.util.ServiceLoader} finds it).
 */
@NullMarked
package fil.heartbeat.libp2p;

import org.jspecify.annotations.NullMarked;
