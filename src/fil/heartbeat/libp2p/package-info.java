/**
 * libp2p for users: hosts, streams, peer ids, identities and multiaddrs. Which implementation is
 * behind it is for {@link fil.heartbeat.libp2p.HostProvider} to know ({@link
 * java.util.ServiceLoader} finds it). The packages below it are of no concern to users; the library
 * depends on Vert.x, BouncyCastle and SLF4J and on nothing of the program around it.
 */
@NullMarked
package fil.heartbeat.libp2p;

import org.jspecify.annotations.NullMarked;
