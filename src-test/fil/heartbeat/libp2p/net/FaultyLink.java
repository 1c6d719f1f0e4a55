package fil.heartbeat.libp2p.net;

import fil.heartbeat.libp2p.Multiaddr;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A TCP link to somewhere that can stop carrying bytes. */
final class FaultyLink {
  private final NetServer server;
  private final List<NetSocket> sockets = new CopyOnWriteArrayList<>();
  private final Multiaddr address;

  // Referenced here, since a garbage-collected client closes its connections.
  private final NetClient client;

  FaultyLink(Vertx vertx, Multiaddr to) {
    client = vertx.createNetClient();
    int port = Integer.parseInt(to.parts().get(1).value());
    server =
        vertx
            .createNetServer()
            .connectHandler(
                near -> {
                  near.pause();
                  sockets.add(near);
                  client
                      .connect(port, "127.0.0.1")
                      .onSuccess(
                          far -> {
                            sockets.add(far);
                            near.handler(far::write);
                            far.handler(near::write);
                            near.closeHandler(closed -> drop(far));
                            far.closeHandler(closed -> drop(near));
                            near.resume();
                          });
                });
    Future<NetServer> bound = server.listen(0, "127.0.0.1");
    HostPair.get(bound.toCompletionStage());
    address = Multiaddr.ofSocket("127.0.0.1", server.actualPort());
  }

  private static void drop(NetSocket socket) {
    var ignored = socket.close();
  }

  Multiaddr address() {
    return address;
  }

  /** Reads nothing more from either side. */
  void freeze() {
    sockets.forEach(NetSocket::pause);
  }

  /** Reads again: only then does Vert.x release the buffers of a paused socket. */
  void thaw() {
    sockets.forEach(NetSocket::resume);
  }
}
