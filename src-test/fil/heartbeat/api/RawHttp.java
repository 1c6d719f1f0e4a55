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

/** A socket to the HTTP server, to send what no client library sends. */
public final class RawHttp {
  /** A request after the one under test: answered while the connection still works. */
  public static final String LAST =
      "GET /health/live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

  // Held, as a client closes its connections when it is garbage-collected.
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

  /** Connects from another address of this machine. */
  public static Future<RawHttp> open(Vertx vertx, int port, String from) {
    return open(vertx.createNetClient(new NetClientOptions().setLocalAddress(from)), port);
  }

  /** Connects without reading, and so without noticing the close. */
  public static Future<RawHttp> openDeaf(Vertx vertx, int port) {
    return open(vertx.createNetClient(new NetClientOptions().setReceiveBufferSize(SMALL)), port)
        .onSuccess(deaf -> deaf.socket.pause());
  }

  private static Future<RawHttp> open(NetClient client, int port) {
    return client.connect(port, "127.0.0.1").map(socket -> new RawHttp(client, socket));
  }

  /** Returns everything that the server answers to these bytes until it closes the connection. */
  public static String ask(Vertx vertx, int port, String bytes) {
    RawHttp http = HttpSide.await(open(vertx, port));
    http.send(bytes);
    return HttpSide.await(http.ended());
  }

  /** Sends; a server that has closed meanwhile is no fault. */
  public void send(String bytes) {
    var ignored = socket.write(Buffer.buffer(bytes, ISO_8859_1.name()));
  }

  /** Resumes reading. */
  public void listen() {
    var ignored = socket.resume();
  }

  /** Completes once anything was read. */
  public Future<Void> begun() {
    return begun.future();
  }

  /** Returns all that was read, once the other end has closed. */
  public Future<String> ended() {
    return ended.future();
  }

  /** Resets the connection, so that the other end gets an error if it is listening. */
  public Future<Void> reset() {
    ((NetSocketInternal) socket)
        .channelHandlerContext()
        .channel()
        .config()
        .setOption(ChannelOption.SO_LINGER, 0);
    return socket.close();
  }

  /** Ends the connection without a goodbye, like a client that was killed. */
  Future<Void> abort() {
    return client.close();
  }
}
