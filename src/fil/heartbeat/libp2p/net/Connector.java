package fil.heartbeat.libp2p.net;

import io.vertx.core.Future;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Opens sockets. */
interface Connector {

  /**
   * Connects; called on the loop that the wire will live on.
   *
   * @param done called on the loop with a wire that delivers nothing yet, or with the failure
   */
  void connect(Endpoint endpoint, Loop loop, BiConsumer<@Nullable Wire, @Nullable Throwable> done);

  /** Closes all remaining sockets. */
  default Future<Void> close() {
    return Future.succeededFuture();
  }
}
