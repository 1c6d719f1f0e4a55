package fil.heartbeat.alert.sink;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.alert.model.DeliveryException;
import fil.heartbeat.alert.model.DeliveryException.Kind;
import fil.heartbeat.alert.model.Notification;
import fil.heartbeat.alert.model.Sink;
import fil.heartbeat.config.Secret;
import fil.heartbeat.config.SinkConfig;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxTestContext;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpSinkTest extends HttpSinkFixture {

  @Test
  void aWebhookGetsIdAndSignature(Vertx vertx, VertxTestContext test) {
    SinkConfig config =
        config(SinkConfig.Type.WEBHOOK, url(), Optional.of(new Secret.Plain("key")), LONG);
    Notification told = SampleAlerts.of(SampleAlerts.firing());
    succeeds(
        sink(vertx, config).deliver(told),
        test,
        () -> {
          Receiver.Got got = receiver.got().get(0);
          HttpMessage expected =
              new WebhookFormat(Optional.of(SampleAlerts.PAGE))
                  .messages(told, Optional.of("key"))
                  .get(0);
          assertThat(got.body()).isEqualTo(expected.body().toString());
          assertThat(got.uri()).isEqualTo(SECRET_PATH);
          expected
              .headers()
              .forEach((name, value) -> assertThat(got.headers().get(name)).isEqualTo(value));
          assertThat(got.headers().get("Content-Type")).isEqualTo("application/json");
          assertThat(got.headers().get("User-Agent")).isEqualTo("filecoin-heartbeat");
        });
  }

  @ParameterizedTest
  @EnumSource(names = {"WEBHOOK", "SLACK", "PAGERDUTY", "ALERTMANAGER"})
  void eachTypeIsPostedAsJson(SinkConfig.Type type, Vertx vertx, VertxTestContext test) {
    SinkConfig config = config(type, url(), Optional.of(new Secret.Plain("key")), LONG);
    succeeds(
        sink(vertx, config).deliver(SampleAlerts.of(SampleAlerts.firing())),
        test,
        () -> {
          assertThat(receiver.got()).hasSize(1);
          String path =
              type == SinkConfig.Type.ALERTMANAGER ? SECRET_PATH + "/api/v2/alerts" : SECRET_PATH;
          assertThat(receiver.got().get(0).uri()).isEqualTo(path);
        });
  }

  @Test
  void credentialsInTheUrlAreSent(Vertx vertx, VertxTestContext test) {
    String url = url().replace("//", "//alice:pass@");
    succeeds(
        sink(vertx, config(SinkConfig.Type.WEBHOOK, url, Optional.empty(), LONG))
            .deliver(SampleAlerts.of(SampleAlerts.firing())),
        test,
        () ->
            assertThat(receiver.got().get(0).headers().get("Authorization"))
                .isEqualTo("Basic YWxpY2U6cGFzcw=="));
  }

  @Test
  void theAnswerOfAFailingReceiverIsQuoted(Vertx vertx, VertxTestContext test) {
    receiver.on(Receiver.status(500, "disk full at " + SECRET_PATH));
    fails(deliver(vertx), Kind.FAILED, shown() + " answered 500: disk full at /…/…/… (", test);
  }

  @Test
  void aRateLimitingReceiverChoosesThePause(Vertx vertx, VertxTestContext test) {
    receiver.on(Receiver.header(429, "Retry-After", "17"));
    deliver(vertx)
        .onComplete(
            test.failing(
                failure ->
                    test.verify(
                        () -> {
                          DeliveryException told = (DeliveryException) failure;
                          assertThat(told.kind()).isEqualTo(Kind.LIMITED);
                          assertThat(told.retryAfter()).contains(Duration.ofSeconds(17));
                          test.completeNow();
                        })));
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 302, 303, 307, 308})
  void aRedirectIsNotFollowed(int status, Vertx vertx, VertxTestContext test) {
    receiver.on(Receiver.header(status, "Location", url() + "/elsewhere"));
    deliver(vertx)
        .onComplete(
            test.failing(
                failure ->
                    test.verify(
                        () -> {
                          assertThat(receiver.got()).hasSize(1);
                          assertThat(failure)
                              .hasMessageContaining("a redirect to 127.0.0.1 (")
                              .hasMessageNotContainingAny("very-secret", "elsewhere");
                          test.completeNow();
                        })));
  }

  @Test
  void anAbsentReceiverIsUnreachable(Vertx vertx, VertxTestContext test) throws IOException {
    // Bound and not listening: it refuses connections, and no other socket can take the port
    // meanwhile.
    Socket bound = new Socket();
    bound.bind(new InetSocketAddress("127.0.0.1", 0));
    String url = "http://127.0.0.1:" + bound.getLocalPort() + SECRET_PATH;
    Future<Void> told =
        sink(vertx, config(SinkConfig.Type.WEBHOOK, url, Optional.empty(), LONG))
            .deliver(SampleAlerts.of(SampleAlerts.firing()))
            .eventually(
                () ->
                    vertx.executeBlocking(
                        () -> {
                          bound.close();
                          return null;
                        }));
    fails(told, Kind.UNREACHABLE, "http://127.0.0.1:" + bound.getLocalPort() + ": ", test);
  }

  @Test
  void aClosedSinkSendsNothing(Vertx vertx, VertxTestContext test) {
    Sink sink = webhook(vertx, LONG);
    sink.close()
        .compose(closed -> sink.deliver(SampleAlerts.of(SampleAlerts.firing())))
        .onComplete(
            test.failing(
                failure ->
                    test.verify(
                        () -> {
                          assertThat(failure).isInstanceOf(DeliveryException.class);
                          assertThat(receiver.got()).isEmpty();
                          test.completeNow();
                        })));
  }

  @Test
  void aRotatedSecretIsReadAgain(Vertx vertx, VertxTestContext test, @TempDir Path folder)
      throws IOException {
    Path file = Files.writeString(folder.resolve("token"), "old\n");
    Sink sink =
        sink(
            vertx,
            config(
                SinkConfig.Type.ALERTMANAGER, url(), Optional.of(new Secret.InFile(file)), LONG));
    succeeds(
        sink.deliver(SampleAlerts.of(SampleAlerts.firing()))
            .compose(first -> vertx.executeBlocking(() -> Files.writeString(file, "new\n")))
            .compose(written -> sink.deliver(SampleAlerts.of(SampleAlerts.firing()))),
        test,
        () ->
            assertThat(receiver.got())
                .extracting(got -> got.headers().get("Authorization"))
                .containsExactly("Bearer old", "Bearer new"));
  }

  @Test
  void aMissingSecretIsNamedByItsPlace(Vertx vertx, VertxTestContext test, @TempDir Path folder) {
    Path file = folder.resolve("none");
    fails(
        sink(
                vertx,
                config(SinkConfig.Type.WEBHOOK, url(), Optional.of(new Secret.InFile(file)), LONG))
            .deliver(SampleAlerts.of(SampleAlerts.firing())),
        Kind.REFUSED,
        "ops: its secret cannot be read: " + file + ": no such file",
        test);
  }

  @Test
  void aUrlFromTheEnvironmentIsUsed(Vertx vertx, VertxTestContext test) {
    SinkConfig config =
        new SinkConfig(
            "ops",
            SinkConfig.Type.SLACK,
            Optional.of(new Secret.InEnvironment("HOOK")),
            Optional.empty(),
            false,
            60,
            LONG,
            Optional.empty(),
            Optional.empty());
    Sink sink = Sinks.create(vertx, config, Map.of("HOOK", url()), Optional.empty());
    succeeds(
        sink.deliver(SampleAlerts.of(SampleAlerts.firing())),
        test,
        () -> assertThat(receiver.got().get(0).uri()).isEqualTo(SECRET_PATH));
  }

  @Test
  void anInvalidUrlIsRejectedAndNotShown(Vertx vertx, VertxTestContext test) {
    SinkConfig config = config(SinkConfig.Type.SLACK, "very-secret", Optional.empty(), LONG);
    assertThat(sink(vertx, config)).hasToString("slack sink ops");
    fails(
        sink(vertx, config).deliver(SampleAlerts.of(SampleAlerts.firing())),
        Kind.REFUSED,
        "ops: its URL is none (expected: https://<host>[:<port>]/…)",
        test);
  }

  @Test
  void pagerDutyGetsOneEventEachAndARetryContinuesAfterAcceptedOnes(
      Vertx vertx, VertxTestContext test) {
    AtomicInteger asked = new AtomicInteger();
    receiver.on(
        (request, body) ->
            Receiver.status(asked.incrementAndGet() == 3 ? 500 : 202, "").answer(request, body));
    Sink sink =
        sink(
            vertx,
            config(SinkConfig.Type.PAGERDUTY, url(), Optional.of(new Secret.Plain("R0KEY")), LONG));
    Notification told = SampleAlerts.of(SampleAlerts.many(4));
    succeeds(
        sink.deliver(told)
            .recover(failure -> sink.deliver(told))
            .compose(all -> sink.deliver(SampleAlerts.of(SampleAlerts.many(1)))),
        test,
        () ->
            assertThat(receiver.got())
                .extracting(got -> new JsonObject(got.body()).getString("dedup_key"))
                .containsExactly("m0", "m1", "m2", "m2", "m3", "m0"));
  }

  @Test
  void aSelfSignedCertificateIsNotTrusted(
      Vertx vertx, VertxTestContext test, @TempDir Path folder) {
    OwnCertificate own = OwnCertificate.in(folder);
    Receiver secure = secure(vertx, own);
    Future<Void> told =
        secure
            .start()
            .compose(
                started ->
                    sink(
                            vertx,
                            config(
                                SinkConfig.Type.WEBHOOK, secureUrl(secure), Optional.empty(), LONG))
                        .deliver(SampleAlerts.of(SampleAlerts.firing())));
    told.onComplete(
        test.failing(
            failure ->
                test.verify(
                    () -> {
                      assertThat(((DeliveryException) failure).kind()).isEqualTo(Kind.UNREACHABLE);
                      assertThat(secure.got()).isEmpty();
                      test.completeNow();
                    })));
  }

  @Test
  void aTrustedCertificateIsTrustedForItsNameOnly(
      Vertx vertx, VertxTestContext test, @TempDir Path folder) {
    OwnCertificate own = OwnCertificate.in(folder);
    Receiver secure = secure(vertx, own);
    secure
        .start()
        .compose(
            started ->
                Sinks.create(
                        vertx,
                        config(SinkConfig.Type.WEBHOOK, secureUrl(secure), Optional.empty(), LONG),
                        Map.of(),
                        Optional.empty(),
                        own.options())
                    .deliver(SampleAlerts.of(SampleAlerts.firing())))
        .compose(
            told ->
                Sinks.create(
                        vertx,
                        config(
                            SinkConfig.Type.WEBHOOK,
                            secureUrl(secure).replace("localhost", "127.0.0.1"),
                            Optional.empty(),
                            LONG),
                        Map.of(),
                        Optional.empty(),
                        own.options())
                    .deliver(SampleAlerts.of(SampleAlerts.firing())))
        .onComplete(
            test.failing(
                failure ->
                    test.verify(
                        () -> {
                          assertThat(secure.got()).hasSize(1);
                          assertThat(((DeliveryException) failure).kind())
                              .isEqualTo(Kind.UNREACHABLE);
                          test.completeNow();
                        })));
  }

  private static Receiver secure(Vertx vertx, OwnCertificate own) {
    return new Receiver(
        vertx, new HttpServerOptions().setSsl(true).setKeyCertOptions(own.options()));
  }

  private static String secureUrl(Receiver secure) {
    return "https://localhost:" + secure.port() + SECRET_PATH;
  }
}
