package fil.heartbeat.contract;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** What stands for the receivers of alerts: it takes all and keeps it, but for {@value #LOCKED}. */
final class Receivers implements AutoCloseable {

  /**
   * A request that came.
   *
   * @param headers those that the program sets, as {@code name: value}
   */
  record Post(String path, List<String> headers, String body) {}

  static final String LOCKED = "/locked";

  private static final List<String> HEADERS =
      List.of(
          "Authorization",
          "Content-Type",
          "Idempotency-Key",
          "User-Agent",
          "X-Heartbeat-Signature");

  private final HttpServer server;
  private final List<Post> posts = new CopyOnWriteArrayList<>();

  Receivers() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::take);
    server.start();
  }

  private void take(HttpExchange exchange) throws IOException {
    try (exchange) {
      String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      List<String> headers =
          HEADERS.stream()
              .filter(name -> exchange.getRequestHeaders().containsKey(name))
              .map(name -> name + ": " + exchange.getRequestHeaders().getFirst(name))
              .toList();
      posts.add(new Post(exchange.getRequestURI().getPath(), headers, body));
      exchange.sendResponseHeaders(
          exchange.getRequestURI().getPath().equals(LOCKED) ? 401 : 202, -1);
    }
  }

  String url(String path) {
    return "http://127.0.0.1:" + server.getAddress().getPort() + path;
  }

  List<Post> at(String path) {
    return posts.stream().filter(post -> post.path().equals(path)).toList();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
