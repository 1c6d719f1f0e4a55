package fil.heartbeat.libp2p.net;

import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Opens sockets. */
interface Connector {

  /**
   * Connects; called on the loop, on which the wire then lives.
   *
   * @param done told on the loop: a wire that delivers nothing yet, or why there is none
   */
  void connect(Endpoint endpoint, Loop loop, BiConsumer<@Nullable Wire, @Nullable Throwable> done);
}
