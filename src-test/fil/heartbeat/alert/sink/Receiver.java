package fil.heartbeat.alert.sink;

import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A server that records requests, and answers or misbehaves as a test says. */
final class Receiver {

  /** How one request is answered. */
  interface Behaviour {
    void answer(HttpServerRequest request, String body);
  }

  /** A request. */
  record Got(String uri, MultiMap headers, String body) {}

  private final List<Got> got = new CopyOnWriteArrayList<>();
  private final AtomicInteger accepted = new AtomicInteger();
  private final AtomicInteger open = new AtomicInteger();
  private final Promise<Void> closed = Promise.promise();
  private final HttpServer server;
  private volatile Behaviour behaviour = status(200, "ok");
  private int port;

  Receiver(Vertx vertx) {
    this(vertx, new HttpServerOptions());
  }

  Receiver(Vertx vertx, HttpServerOptions options) {
    server = vertx.createHttpServer(options);
    server.connectionHandler(
        connection -> {
          accepted.incrementAndGet();
          open.incrementAndGet();
          connection.closeHandler(
              gone -> {
                open.decrementAndGet();
                boolean unused = closed.tryComplete();
              });
        });
    server.requestHandler(
        request ->
            request
                .body()
                .onSuccess(
                    body -> {
                      got.add(new Got(request.uri(), request.headers(), body.toString()));
                      behaviour.answer(request, body.toString());
                    }));
  }

  Future<Receiver> start() {
    return server
        .listen(0, "127.0.0.1")
        .map(
            listening -> {
              port = listening.actualPort();
              return this;
            });
  }

  int port() {
    return port;
  }

  List<Got> got() {
    return got;
  }

  int openConnections() {
    return open.get();
  }

  /** Includes closed ones. */
  int connections() {
    return accepted.get();
  }

  /** Completes when a connection ended. */
  Future<Void> closed() {
    return closed.future();
  }

  void on(Behaviour next) {
    behaviour = next;
  }

  static Behaviour status(int status, String body) {
    return (request, told) ->
        request.response().setStatusCode(status).end(body).onFailure(gone -> {});
  }

  static Behaviour header(int status, String name, String value) {
    return (request, told) ->
        request.response().setStatusCode(status).putHeader(name, value).end().onFailure(gone -> {});
  }

  static Behaviour hang() {
    return (request, told) -> {};
  }

  static Behaviour closeEarly() {
    return (request, told) -> request.connection().close().onFailure(gone -> {});
  }

  /** Answers with a failure whose body never ends. */
  static Behaviour stream(Vertx vertx, int status, int bytes, long everyMillis) {
    String chunk = "x".repeat(bytes);
    return (request, told) -> {
      request.response().setStatusCode(status).setChunked(true);
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
}
