package fil.heartbeat.api;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.netty.channel.ChannelOption;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;

/** A socket to the HTTP server, for what no client library sends. */
public final class RawHttp {
  /** A request behind the one that is tried: answered when the connection still serves. */
  public static final String LAST =
      "GET /health/live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

  // Held, since a client that nobody holds ends its connections when it is collected.
  private static final int SMALL = 16 * 1024;

  private final NetClient client;
  private final NetSocket socket;
  private final Buffer read = Buffer.buffer();
  private final Promise<Void> begun = Promise.promise();
  private final Promise<String> ended = Promise.promise();

  private RawHttp(NetClient client, NetSocket socket) {
    this.client = client;
    this.socket = socket;
    var ignored =
        socket.handler(
            bytes -> {
              read.appendBuffer(bytes);
              boolean unused = begun.tryComplete();
            });
    ignored = socket.closeHandler(closed -> ended.tryComplete(read.toString(ISO_8859_1)));
  }

  public static Future<RawHttp> open(Vertx vertx, int port) {
    return open(vertx.createNetClient(), port);
  }

  /** From another address of this machine. */
  public static Future<RawHttp> open(Vertx vertx, int port, String from) {
    return open(vertx.createNetClient(new NetClientOptions().setLocalAddress(from)), port);
  }

  /** Reads nothing, and so does not hear of the end. */
  public static Future<RawHttp> openDeaf(Vertx vertx, int port) {
    return open(vertx.createNetClient(new NetClientOptions().setReceiveBufferSize(SMALL)), port)
        .onSuccess(deaf -> deaf.socket.pause());
  }

  private static Future<RawHttp> open(NetClient client, int port) {
    return client.connect(port, "127.0.0.1").map(socket -> new RawHttp(client, socket));
  }

  /** All that is answered to these bytes until the server ends the connection. */
  public static String ask(Vertx vertx, int port, String bytes) {
    RawHttp http = HttpSide.await(open(vertx, port));
    http.send(bytes);
    return HttpSide.await(http.ended());
  }

  /** Sends; a server that has gone away meanwhile is no fault. */
  public void send(String bytes) {
    var ignored = socket.write(Buffer.buffer(bytes, ISO_8859_1.name()));
  }

  /** Reads on, after all. */
  public void listen() {
    var ignored = socket.resume();
  }

  /** Once anything was read. */
  public Future<Void> begun() {
    return begun.future();
  }

  /** All that was read, once the other end is gone. */
  public Future<String> ended() {
    return ended.future();
  }

  /** Ends it so that the other end hears of an error, if it hears at all. */
  public Future<Void> reset() {
    ((NetSocketInternal) socket)
        .channelHandlerContext()
        .channel()
        .config()
        .setOption(ChannelOption.SO_LINGER, 0);
    return socket.close();
  }

  /** Ends it without a word, as a client does that was killed. */
  Future<Void> abort() {
    return client.close();
  }
}
