package fil.heartbeat.api;

import fil.heartbeat.aggregator.Node;
import fil.heartbeat.alert.AlertView;
import fil.heartbeat.api.access.Access;
import fil.heartbeat.api.access.AggregatorReads;
import fil.heartbeat.api.http.HttpConnections.Patience;
import fil.heartbeat.config.Config;
import fil.heartbeat.config.FileWatch;
import fil.heartbeat.config.HttpConfig;
import fil.heartbeat.sender.SenderStatus;
import fil.heartbeat.testing.CanIgnoreReturnValue;
import fil.heartbeat.testing.FakeAlerts;
import fil.heartbeat.testing.FleetFixtures;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Route;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;

/** The HTTP server on a free port, with a client that sends paths unchanged. */
public final class HttpSide implements AutoCloseable {
  private final Vertx vertx = Vertx.vertx();
  private final HttpClient client = HttpClient.newHttpClient();

  // Held, as a client closes its connections when it is garbage-collected.
  private final io.vertx.core.http.HttpClient streams = vertx.createHttpClient();

  private final ApiVerticle api;

  private HttpSide(ApiVerticle api) {
    this.api = api;
    await(vertx.deployVerticle(api));
  }

  /** The HTTP settings as a configuration file has them. */
  public static HttpConfig config(Path folder, JsonObject http) {
    JsonObject config = new JsonObject().put("http", http.copy().put("port", 0));
    return Config.parse(config, folder, Map.of()).http().orElseThrow();
  }

  /** Starts with one node and an alert about it. */
  public static HttpSide start(ApiSettings settings) {
    return start(
        settings,
        AggregatorReads.of(
            FleetFixtures.view(
                FleetFixtures.snapshot(
                    List.of(FleetFixtures.node("alice", "alice", 1L)), List.of()))),
        new FakeAlerts(),
        List.of());
  }

  public static HttpSide start(ApiSettings settings, Patience patience) {
    return start(settings, patience, List.of());
  }

  public static HttpSide start(ApiSettings settings, Patience patience, List<Node> nodes) {
    return new HttpSide(
        new ApiVerticle(
            settings,
            Optional.of(
                AggregatorReads.of(FleetFixtures.view(FleetFixtures.snapshot(nodes, List.of())))),
            Optional.of(new FakeAlerts()),
            List::of,
            patience,
            Optional.empty()));
  }

  public static HttpSide start(
      ApiSettings settings, AggregatorReads side, AlertView alerts, List<SenderStatus> senders) {
    return new HttpSide(
        new ApiVerticle(settings, Optional.of(side), Optional.of(alerts), () -> senders));
  }

  @CanIgnoreReturnValue
  public static <T> T await(Future<T> future) {
    try {
      return future.toCompletionStage().toCompletableFuture().get();
    } catch (ExecutionException e) {
      throw new AssertionError(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** A client for answers that go on, such as feeds. */
  public io.vertx.core.http.HttpClient streams() {
    return streams;
  }

  public Vertx vertx() {
    return vertx;
  }

  /** All routes, without the base path. */
  List<Route> routes(ApiSettings settings) {
    return api.router(
            new Access(
                vertx,
                FileWatch.alone(vertx),
                settings.http(),
                settings.localToken(),
                Instant::now))
        .getRoutes();
  }

  /** Refusals so far by reason, such as {@code address 2}. */
  public String refused() {
    return api.refused().entrySet().stream()
        .filter(each -> each.getValue() > 0)
        .map(each -> each.getKey() + " " + each.getValue())
        .collect(Collectors.joining(", "));
  }

  public int port() {
    return api.port();
  }

  /**
   * @param headers names and values in turn
   */
  public HttpResponse<String> ask(String method, String path, String body, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + api.port() + path))
            .method(
                method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    if (!body.isEmpty()) {
      request.header("content-type", "application/json");
    }
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    try {
      return client.send(request.build(), BodyHandlers.ofString());
    } catch (IOException e) {
      throw new AssertionError(method + " " + path, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  public int status(String method, String path, String... headers) {
    return ask(method, path, "", headers).statusCode();
  }

  public int status(String path) {
    return status("GET", path);
  }

  @Override
  public void close() {
    await(vertx.close());
  }
}
