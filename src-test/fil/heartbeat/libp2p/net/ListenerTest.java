package fil.heartbeat.libp2p.net;

import static fil.heartbeat.libp2p.net.HostPair.get;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fil.heartbeat.libp2p.Libp2pException;
import fil.heartbeat.libp2p.Libp2pException.Code;
import fil.heartbeat.libp2p.Multiaddr;
import fil.heartbeat.testing.HeldPort;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A close while name lookups occupy all threads that could check whether the port is free. */
class ListenerTest {
  private final Vertx vertx = Vertx.vertx();
  private final List<Runnable> waiting = new ArrayList<>();
  private final Listener listener =
      new Listener(
          vertx,
          VertxLoop.all(vertx),
          new WorkPool(waiting::add, () -> {}),
          (socket, loop) -> SocketWire.drop(socket));

  @AfterEach
  void close() {
    get(vertx.close().toCompletionStage());
  }

  @Test
  void aBindClosedBeforeItBeganFailsAndDoesNotBind() {
    try (HeldPort port = new HeldPort()) {
      Future<Multiaddr> bind = listener.bind(port.address());
      get(listener.close().toCompletionStage());
      assertThatThrownBy(() -> get(bind.toCompletionStage()))
          .extracting(failure -> ((Libp2pException) failure).code())
          .isEqualTo(Code.CLOSED);
      waiting.forEach(Runnable::run);
      Listener next =
          new Listener(
              vertx,
              VertxLoop.all(vertx),
              new WorkPool(Runnable::run, () -> {}),
              (socket, loop) -> SocketWire.drop(socket));
      get(next.bind(port.address()).toCompletionStage());
      get(next.close().toCompletionStage());
    }
  }
}
