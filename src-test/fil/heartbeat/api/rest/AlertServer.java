package fil.heartbeat.api.rest;

import fil.heartbeat.alert.AlertView;
import fil.heartbeat.api.ApiSettings;
import fil.heartbeat.api.ApiVerticle;
import fil.heartbeat.api.access.AggregatorReads;
import fil.heartbeat.api.access.LocalToken;
import fil.heartbeat.config.HttpConfig;
import fil.heartbeat.config.HttpConfig.Hidden;
import fil.heartbeat.testing.CanIgnoreReturnValue;
import fil.heartbeat.testing.FleetFixtures;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.ext.web.client.WebClient;
import io.vertx.junit5.VertxTestContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The HTTP server with alerts, for one request at a time. */
final class AlertServer {
  private final VertxTestContext test;
  private final WebClient client;
  private final ApiVerticle api;
  private final Optional<Path> localToken;
  private Future<?> last;

  AlertServer(Vertx vertx, VertxTestContext test, AlertView alerts) {
    this(vertx, test, alerts, Optional.empty(), Set.of());
  }

  AlertServer(
      Vertx vertx,
      VertxTestContext test,
      AlertView alerts,
      Optional<Path> tokens,
      Set<Hidden> hidden) {
    this.test = test;
    localToken = tokens.isPresent() ? Optional.empty() : Optional.of(localToken());
    client = WebClient.create(vertx);
    HttpConfig http =
        new HttpConfig("127.0.0.1", 0, 1000).withAuth(new HttpConfig.Auth(tokens, false, hidden));
    api =
        new ApiVerticle(
            new ApiSettings(http, "0", localToken),
            Optional.of(
                AggregatorReads.of(
                    FleetFixtures.view(FleetFixtures.snapshot(List.of(), List.of())))),
            Optional.of(alerts),
            List::of);
    last = vertx.deployVerticle(api);
  }

  private static Path localToken() {
    try {
      Path folder = Files.createTempDirectory("heartbeat");
      Path file = LocalToken.in(folder);
      folder.toFile().deleteOnExit();
      file.toFile().deleteOnExit();
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Without tokens, changes need the local secret. */
  private Optional<String> secret(HttpMethod method) {
    return localToken
        .filter(file -> !method.equals(HttpMethod.GET))
        .map(
            file -> {
              try {
                return LocalToken.read(file);
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
  }

  @CanIgnoreReturnValue
  AlertServer ask(
      HttpMethod method, String path, @Nullable Buffer body, Consumer<HttpResponse<Buffer>> check) {
    return askAs(null, method, path, body, check);
  }

  @CanIgnoreReturnValue
  AlertServer askAs(
      @Nullable String token,
      HttpMethod method,
      String path,
      @Nullable Buffer body,
      Consumer<HttpResponse<Buffer>> check) {
    last =
        last.compose(before -> send(token, method, path, body))
            .map(
                answer -> {
                  test.verify(() -> check.accept(answer));
                  return answer;
                });
    return this;
  }

  private Future<HttpResponse<Buffer>> send(
      @Nullable String token, HttpMethod method, String path, @Nullable Buffer body) {
    var request = client.request(method, api.port(), "127.0.0.1", path);
    Optional.ofNullable(token)
        .or(() -> secret(method))
        .ifPresent(request::bearerTokenAuthentication);
    return body == null
        ? request.send()
        : request.putHeader("content-type", "application/json").sendBuffer(body);
  }

  @CanIgnoreReturnValue
  AlertServer get(String path, Consumer<HttpResponse<Buffer>> check) {
    return ask(HttpMethod.GET, path, null, check);
  }

  @CanIgnoreReturnValue
  AlertServer post(String path, String body, Consumer<HttpResponse<Buffer>> check) {
    return ask(HttpMethod.POST, path, Buffer.buffer(body), check);
  }

  void done() {
    last.onComplete(test.succeeding(answer -> test.completeNow()));
  }
}
