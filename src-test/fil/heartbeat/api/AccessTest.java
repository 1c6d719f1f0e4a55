package fil.heartbeat.api;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.aggregator.IngestCounts;
import fil.heartbeat.api.access.AggregatorReads;
import fil.heartbeat.api.access.Guesses;
import fil.heartbeat.config.Cidr;
import fil.heartbeat.config.HttpConfig;
import fil.heartbeat.testing.FleetFixtures;
import io.netty.handler.ssl.util.SelfSignedCertificate;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.ext.web.client.HttpRequest;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.ext.web.client.WebClient;
import io.vertx.ext.web.client.WebClientOptions;
import io.vertx.junit5.VertxExtension;
import io.vertx.junit5.VertxTestContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

// Netty's, though deprecated for programs: the one of Vert.x makes RSA keys, which takes long.
@SuppressWarnings("deprecation")
@ExtendWith(VertxExtension.class)
class AccessTest {
  private static final String TOKEN = "an admin's long token";

  @TempDir private Path folder;

  private ApiVerticle api(Optional<HttpConfig.Tls> tls) throws IOException {
    return api(tls, "");
  }

  private ApiVerticle api(Optional<HttpConfig.Tls> tls, String basePath) throws IOException {
    Path file = folder.resolve("tokens");
    Files.writeString(
        file, "ops admin " + TOKEN.replace(' ', '-') + "\nmon read a-reader's-token\n");
    old(file);
    return new ApiVerticle(
        new ApiSettings(
            new HttpConfig(
                new HttpConfig.Bind("127.0.0.1", 0, tls, false),
                new HttpConfig.Naming(
                    List.of("beats.test"),
                    basePath,
                    Optional.empty(),
                    List.of(Cidr.parse("127.0.0.0/8").orElseThrow())),
                new HttpConfig.Auth(Optional.of(file), false, Set.of()),
                HttpConfig.Connections.DEFAULT,
                HttpConfig.Health.DEFAULT,
                1000),
            "0"),
        Optional.of(
            AggregatorReads.of(
                FleetFixtures.view(
                    FleetFixtures.snapshot(
                        List.of(),
                        List.of(),
                        new IngestCounts(0, 0, Map.of()),
                        FleetFixtures.hostStats(Map.of()))))),
        Optional.empty(),
        List::of);
  }

  /** Ages a file, so that the next write has another time stamp, however coarse file times are. */
  private static void old(Path file) throws IOException {
    Files.setLastModifiedTime(file, FileTime.from(FleetFixtures.NOW));
  }

  private static HttpRequest<Buffer> request(
      WebClient client, ApiVerticle api, HttpMethod method, String path) {
    return client.request(method, api.port(), "127.0.0.1", path);
  }

  private static Future<Integer> status(Future<HttpResponse<Buffer>> answer) {
    return answer.map(HttpResponse::statusCode);
  }

  @Test
  void tokensAllowWhatTheirScopeSays(Vertx vertx, VertxTestContext test) throws IOException {
    ApiVerticle api = api(Optional.empty());
    WebClient client = WebClient.create(vertx);
    String nodes = "/api/v1/nodes";
    vertx
        .deployVerticle(api)
        .compose(
            id ->
                Future.all(
                    List.of(
                        status(request(client, api, HttpMethod.GET, nodes).send()),
                        status(
                            request(client, api, HttpMethod.GET, nodes)
                                .bearerTokenAuthentication("a-reader's-token")
                                .send()),
                        status(
                            request(client, api, HttpMethod.GET, nodes)
                                .bearerTokenAuthentication("a-stranger's-token")
                                .send()),
                        status(
                            request(client, api, HttpMethod.DELETE, nodes + "/x")
                                .bearerTokenAuthentication("a-reader's-token")
                                .send()),
                        status(
                            request(client, api, HttpMethod.DELETE, nodes + "/x")
                                .bearerTokenAuthentication(TOKEN.replace(' ', '-'))
                                .send()),
                        status(request(client, api, HttpMethod.GET, "/health/live").send()))))
        .onComplete(
            test.succeeding(
                all ->
                    test.verify(
                        () -> {
                          assertThat(all.<Integer>list())
                              .containsExactly(401, 200, 401, 403, 404, 200);
                          test.completeNow();
                        })));
  }

  @Test
  void aLoginSetsACookieThatScriptsCannotRead(Vertx vertx, VertxTestContext test)
      throws IOException {
    ApiVerticle api = api(Optional.empty());
    WebClient client = WebClient.create(vertx);
    vertx
        .deployVerticle(api)
        .compose(
            id ->
                request(client, api, HttpMethod.POST, "/api/v1/session")
                    .sendJsonObject(new JsonObject().put("token", TOKEN.replace(' ', '-'))))
        .compose(
            login -> {
              String cookie = login.getHeader("set-cookie");
              test.verify(
                  () ->
                      assertThat(cookie)
                          .containsIgnoringCase("HttpOnly")
                          .contains("SameSite=Strict", "Path=/")
                          .doesNotContain("token"));
              return request(client, api, HttpMethod.GET, "/api/v1/nodes")
                  .putHeader("cookie", cookie.substring(0, cookie.indexOf(';')))
                  .send();
            })
        .onComplete(
            test.succeeding(
                answer ->
                    test.verify(
                        () -> {
                          assertThat(answer.statusCode()).isEqualTo(200);
                          test.completeNow();
                        })));
  }

  @Test
  void guessingTokensIsStopped(Vertx vertx, VertxTestContext test) throws IOException {
    ApiVerticle api = api(Optional.empty());
    WebClient client = WebClient.create(vertx);
    Future<Integer> last = vertx.deployVerticle(api).map(id -> 0);
    for (int i = 0; i <= Guesses.MAX_FAILURES; i++) {
      last =
          last.compose(
              before ->
                  status(
                      request(client, api, HttpMethod.GET, "/api/v1/nodes")
                          .bearerTokenAuthentication("a-guess-that-is-wrong")
                          .send()));
    }
    last.onComplete(
        test.succeeding(
            status ->
                test.verify(
                    () -> {
                      assertThat(status).isEqualTo(429);
                      test.completeNow();
                    })));
  }

  @Test
  void anotherHostNameIsRefused(Vertx vertx, VertxTestContext test) throws IOException {
    ApiVerticle api = api(Optional.empty());
    WebClient client = WebClient.create(vertx);
    vertx
        .deployVerticle(api)
        .compose(
            id ->
                request(client, api, HttpMethod.GET, "/health/live")
                    .virtualHost("rebound.test")
                    .send())
        .onComplete(
            test.succeeding(
                answer ->
                    test.verify(
                        () -> {
                          assertThat(answer.statusCode()).isEqualTo(421);
                          assertThat(answer.bodyAsJsonObject().getString("detail"))
                              .isEqualTo(
                                  "host: rebound.test (expected: an address, localhost or a name of http.hosts)");
                          test.completeNow();
                        })));
  }

  /** With a key that is quick to generate: an RSA key takes a second of CPU. */
  private static SelfSignedCertificate certificate(String name) throws CertificateException {
    return new SelfSignedCertificate(name, "EC", 256);
  }

  @Test
  void itSpeaksTls(Vertx vertx, VertxTestContext test) throws Exception {
    SelfSignedCertificate certificate = certificate("127.0.0.1");
    ApiVerticle api =
        api(
            Optional.of(
                new HttpConfig.Tls(
                    certificate.certificate().toPath(), certificate.privateKey().toPath())));
    WebClient client =
        WebClient.create(
            vertx, new WebClientOptions().setSsl(true).setTrustAll(true).setVerifyHost(false));
    vertx
        .deployVerticle(api)
        .compose(id -> request(client, api, HttpMethod.GET, "/health/live").send())
        .onComplete(
            test.succeeding(
                answer ->
                    test.verify(
                        () -> {
                          assertThat(answer.statusCode()).isEqualTo(200);
                          test.completeNow();
                        })));
  }

  /** Asks again until the answer is as wanted; the time limit of the test ends it otherwise. */
  private static <T> Future<T> until(Vertx vertx, Supplier<Future<T>> ask, Predicate<T> wanted) {
    return ask.get()
        .compose(
            answer ->
                wanted.test(answer)
                    ? Future.succeededFuture(answer)
                    : vertx
                        .timer(50, TimeUnit.MILLISECONDS)
                        .compose(tick -> until(vertx, ask, wanted)));
  }

  @Test
  void aRenewedCertificateIsServedWithoutARestart(Vertx vertx, VertxTestContext test)
      throws Exception {
    SelfSignedCertificate first = certificate("first.test");
    SelfSignedCertificate second = certificate("other.test");
    Path cert = Files.copy(first.certificate().toPath(), folder.resolve("cert.pem"));
    Path key = Files.copy(first.privateKey().toPath(), folder.resolve("key.pem"));
    old(cert);
    old(key);
    ApiVerticle api = api(Optional.of(new HttpConfig.Tls(cert, key)));
    NetClient client =
        vertx.createNetClient(
            new NetClientOptions()
                .setSsl(true)
                .setTrustAll(true)
                .setHostnameVerificationAlgorithm(""));
    Supplier<Future<String>> subject =
        () ->
            client
                .connect(api.port(), "127.0.0.1")
                .compose(
                    socket -> {
                      String name = subject(socket);

                      return socket.close().map(name);
                    });
    vertx
        .deployVerticle(api)
        .compose(id -> until(vertx, subject, "CN=first.test"::equals))
        .compose(
            served -> {
              replace(second.privateKey().toPath(), key);
              replace(second.certificate().toPath(), cert);
              return until(vertx, subject, "CN=other.test"::equals);
            })
        .onComplete(test.succeeding(served -> test.completeNow()));
  }

  private static String subject(NetSocket socket) {
    try {
      return ((X509Certificate) socket.peerCertificates().get(0))
          .getSubjectX500Principal()
          .getName();
    } catch (SSLPeerUnverifiedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void replace(Path from, Path to) {
    try {
      Path ignored = Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
      // The content counts, not the time stamp.
      old(to);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void newTokensWorkAndOldOnesExpireWithoutARestart(Vertx vertx, VertxTestContext test)
      throws IOException {
    ApiVerticle api = api(Optional.empty());
    WebClient client = WebClient.create(vertx);
    Path next = Files.writeString(folder.resolve("next"), "new read a-newcomer's-token\n");
    vertx
        .deployVerticle(api)
        .compose(id -> bearer(client, api, "a-reader's-token"))
        .compose(
            before -> {
              test.verify(() -> assertThat(before).isEqualTo(200));
              replace(next, folder.resolve("tokens"));
              return until(
                  vertx, () -> bearer(client, api, "a-reader's-token"), status -> status == 401);
            })
        .compose(gone -> bearer(client, api, "a-newcomer's-token"))
        .onComplete(
            test.succeeding(
                status ->
                    test.verify(
                        () -> {
                          assertThat(status).isEqualTo(200);
                          test.completeNow();
                        })));
  }

  private static Future<Integer> bearer(WebClient client, ApiVerticle api, String token) {
    return status(
        request(client, api, HttpMethod.GET, "/api/v1/nodes")
            .bearerTokenAuthentication(token)
            .send());
  }

  @Test
  void behindAProxyItServesABasePath(Vertx vertx, VertxTestContext test) throws IOException {
    ApiVerticle api = api(Optional.empty(), "/fleet/beats");
    WebClient client = WebClient.create(vertx, new WebClientOptions().setFollowRedirects(false));
    vertx
        .deployVerticle(api)
        .compose(
            id ->
                Future.all(
                    List.of(
                        status(request(client, api, HttpMethod.GET, "/health/live").send()),
                        status(
                            request(client, api, HttpMethod.GET, "/fleet/beats/health/live")
                                .send()),
                        status(
                            request(client, api, HttpMethod.HEAD, "/fleet/beats/health/live")
                                .send()),
                        status(request(client, api, HttpMethod.GET, "/fleet/beats").send()),
                        status(request(client, api, HttpMethod.GET, "/fleet/beats/").send()),
                        status(
                            request(client, api, HttpMethod.GET, "/fleet/beats/api/v1/nodes")
                                .send()),
                        status(
                            request(client, api, HttpMethod.GET, "/fleet/beats/api/v1/none")
                                .bearerTokenAuthentication("a-reader's-token")
                                .send()))))
        .compose(
            all -> {
              test.verify(
                  () ->
                      assertThat(all.<Integer>list())
                          .containsExactly(404, 200, 200, 302, 200, 401, 404));
              return request(client, api, HttpMethod.POST, "/fleet/beats/api/v1/session")
                  .putHeader("x-forwarded-for", "192.0.2.1")
                  .putHeader("x-forwarded-proto", "https")
                  .putHeader("x-forwarded-host", "fleet.test")
                  .putHeader("origin", "https://fleet.test")
                  .sendJsonObject(new JsonObject().put("token", TOKEN.replace(' ', '-')));
            })
        .onComplete(
            test.succeeding(
                login ->
                    test.verify(
                        () -> {
                          assertThat(login.statusCode()).isEqualTo(200);
                          assertThat(login.getHeader("set-cookie"))
                              .contains("Path=/fleet/beats/", "Secure");
                          test.completeNow();
                        })));
  }

  @Test
  void aTokenFileThatCannotBeReadStopsTheStart(Vertx vertx, VertxTestContext test)
      throws IOException {
    ApiVerticle api = api(Optional.empty());
    Files.writeString(folder.resolve("tokens"), "ops admin short\n");
    vertx
        .deployVerticle(api)
        .onComplete(
            test.failing(
                failure ->
                    test.verify(
                        () -> {
                          assertThat(failure)
                              .isInstanceOf(IOException.class)
                              .hasMessageContaining("tokens:1: a token of 5 characters");
                          test.completeNow();
                        })));
  }
}
