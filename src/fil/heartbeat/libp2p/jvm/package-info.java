/**
 * The {@link fil.heartbeat.libp2p.Host} implementation on jvm-libp2p: its handshake, muxer,
 * multistream and identify on the sockets and event loops of a Vertx. Compiled only with the Maven
 * profile {@code jvm-libp2p}.
 *
 * <p>This package adds what the library lacks: it does not report when a write is sent, gives
 * credit back before bytes are read, and limits neither sockets nor streams. {@link
 * fil.heartbeat.libp2p.jvm.Frames} stands between its muxer and the cipher and controls the flow.
 * The remaining differences are listed in the Javadoc of {@link fil.heartbeat.libp2p.jvm.JvmHost}.
 */
@NullMarked
package fil.heartbeat.libp2p.jvm;

import org.jspecify.annotations.NullMarked;
