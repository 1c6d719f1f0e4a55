package fil.heartbeat.chain.source;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/** A fake JSON-RPC node that answers each method as configured, or misbehaves. */
public final class RpcDouble {

  /** The answer to a method. */
  interface Behaviour {
    void answer(HttpServerRequest request, JsonObject call);
  }

  public static final String BLOCK_A =
      "bafy2bzacecnamqgqmifpluoeldx7zzglxcljo6oja4vrmtj7432rphldpdmm2";
  static final String BLOCK_B = "bafy2bzacecyaggy24wol5ruvs6qm73gjibs2l2iyhcqmvi7r7a4ph7zx3yqd4";

  private final Map<String, Behaviour> behaviours = new ConcurrentHashMap<>();
  private final List<String> calls = new CopyOnWriteArrayList<>();
  private final List<String> authorizations = new CopyOnWriteArrayList<>();
  private final AtomicInteger inFlight = new AtomicInteger();
  private final AtomicInteger mostInFlight = new AtomicInteger();
  private final AtomicInteger opened = new AtomicInteger();
  private final AtomicInteger closed = new AtomicInteger();
  private final List<HttpConnection> open = new CopyOnWriteArrayList<>();
  private final HttpServer server;
  private volatile @Nullable String date;
  private int port;

  public RpcDouble(Vertx vertx) {
    server = vertx.createHttpServer(new HttpServerOptions().setMaxChunkSize(1 << 20));
    server.connectionHandler(
        connection -> {
          opened.incrementAndGet();
          open.add(connection);
          connection.closeHandler(gone -> closed.incrementAndGet());
        });
    server.requestHandler(this::onRequest);
  }

  public Future<RpcDouble> start() {
    return server
        .listen(port, "127.0.0.1")
        .map(
            listening -> {
              port = listening.actualPort();
              return this;
            });
  }

  /**
   * Closes every connection, as when the process is replaced. The port stays bound: another process
   * on the machine could take it in between.
   */
  Future<Void> dropConnections() {
    List<Future<Void>> ends = open.stream().map(HttpConnection::close).toList();
    open.clear();
    return Future.all(ends).mapEmpty();
  }

  public String url() {
    return "http://127.0.0.1:" + port + "/rpc/v1";
  }

  /** Returns the called methods, in order. */
  List<String> calls() {
    return calls;
  }

  List<String> authorizations() {
    return authorizations;
  }

  int mostInFlight() {
    return mostInFlight.get();
  }

  int openConnections() {
    return opened.get() - closed.get();
  }

  /** Sets the {@code Date} header of its answers; null for none. */
  public void date(@Nullable String header) {
    date = header;
  }

  void on(String method, Behaviour behaviour) {
    behaviours.put(method, behaviour);
  }

  /** Behaves as a healthy node whose head has one block. */
  public void healthy(String block, long height) {
    on("Filecoin.ChainHead", result(tipset(height, block)));
    on("Filecoin.ChainGetGenesis", result(tipset(0, BLOCK_A)));
    on("Filecoin.StateNetworkName", result("testnetnet"));
    on("Filecoin.SyncState", result(new JsonObject().put("ActiveSyncs", new JsonArray())));
  }

  static JsonObject tipset(long height, String... blocks) {
    JsonArray cids = new JsonArray();
    for (String block : blocks) {
      cids.add(new JsonObject().put("/", block));
    }
    return new JsonObject().put("Cids", cids).put("Blocks", new JsonArray()).put("Height", height);
  }

  static Behaviour result(Object result) {
    return (request, call) ->
        respond(
            request,
            200,
            new JsonObject()
                .put("jsonrpc", "2.0")
                .put("id", call.getValue("id"))
                .put("result", result)
                .encode());
  }

  static Behaviour error(int status, int code, String message) {
    return body(
        status,
        new JsonObject()
            .put("jsonrpc", "2.0")
            .put("error", new JsonObject().put("code", code).put("message", message))
            .encode());
  }

  static Behaviour body(int status, String body) {
    return (request, call) -> respond(request, status, body);
  }

  static Behaviour body(int status, Buffer body) {
    return (request, call) ->
        request.response().setStatusCode(status).end(body).onFailure(gone -> {});
  }

  /** Compressed without having been asked to be. */
  static Behaviour gzip(byte[] content, boolean header) {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
      out.write(content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return (request, call) -> {
      if (header) {
        request.response().putHeader("Content-Encoding", "gzip");
      }
      body(200, Buffer.buffer(packed.toByteArray())).answer(request, call);
    };
  }

  static Behaviour hang() {
    return (request, call) -> {};
  }

  /** Streams an answer without a length that never ends. */
  static Behaviour stream(Vertx vertx, int bytes, long everyMillis) {
    Buffer chunk = Buffer.buffer("x".repeat(bytes));
    return (request, call) -> {
      request.response().setChunked(true);
      vertx.setPeriodic(
          1,
          everyMillis,
          id -> {
            if (!request.response().writeQueueFull()) {
              request.response().write(chunk).onFailure(gone -> vertx.cancelTimer(id));
            }
          });
    };
  }

  private void onRequest(HttpServerRequest request) {
    mostInFlight.accumulateAndGet(inFlight.incrementAndGet(), Math::max);
    request.response().endHandler(ended -> inFlight.decrementAndGet());
    authorizations.add(Optional.ofNullable(request.getHeader("Authorization")).orElse(""));
    request
        .body()
        .onSuccess(
            body -> {
              String told = date;
              if (told != null) {
                request.response().putHeader("Date", told);
              }
              JsonObject call = body.toJsonObject();
              String method = call.getString("method");
              calls.add(method);
              behaviours
                  .getOrDefault(method, error(200, -32601, "method '" + method + "' not found"))
                  .answer(request, call);
            });
  }

  private static void respond(HttpServerRequest request, int status, String body) {
    request.response().setStatusCode(status).end(body).onFailure(gone -> {});
  }
}
