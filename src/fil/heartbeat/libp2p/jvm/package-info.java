/**
 * The face on jvm-libp2p: its handshake, muxer, multistream and identify on the sockets and event
 * loops of a Vertx. Compiled only with the Maven profile {@code jvm-libp2p}.
 *
 * <p>What the library leaves open is closed here: it writes without telling when, gives credit back
 * before anybody read, and bounds neither sockets nor streams. {@link
 * fil.heartbeat.libp2p.jvm.Frames} stands between its muxer and the cipher and keeps the flows.
 * What stays different is in the Javadoc of {@link fil.heartbeat.libp2p.jvm.JvmHost}.
 */
@NullMarked
package fil.heartbeat.libp2p.jvm;

import org.jspecify.annotations.NullMarked;
