/**
 * libp2p for users: hosts, streams, peer ids, identities and multiaddrs. {@link
 * fil.heartbeat.libp2p.HostProvider} selects the implementation ({@link java.util.ServiceLoader}
 * finds it). The packages below are internal; the library depends on Vert.x, Netty, BouncyCastle
 * and SLF4J and on nothing of the program that uses it.
 */
@NullMarked
package fil.heartbeat.libp2p;

import org.jspecify.annotations.NullMarked;
