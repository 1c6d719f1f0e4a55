package fil.heartbeat.alert.sink;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.alert.model.Alert;
import fil.heartbeat.alert.model.AlertStatus;
import fil.heartbeat.alert.model.DeliveryException.Kind;
import fil.heartbeat.alert.model.Notification;
import fil.heartbeat.alert.model.Severity;
import fil.heartbeat.config.Secret;
import fil.heartbeat.config.SinkConfig;
import fil.heartbeat.testing.NastyStrings;
import fil.heartbeat.testing.NastyStrings.Nasty;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxTestContext;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class AppriseSinkTest extends HttpSinkFixture {
  private static final String KEYED = "/notify/" + AppriseServer.KEY;

  private final AppriseServer server = new AppriseServer();

  private static List<Nasty> nasty() {
    return NastyStrings.ALL;
  }

  @BeforeEach
  void answer() {
    receiver.on(server);
  }

  private Future<Void> send(Vertx vertx, Notification told) {
    return send(vertx, KEYED, Optional.empty(), told);
  }

  private Future<Void> send(Vertx vertx, String path, Optional<String> urls, Notification told) {
    return sink(
            vertx,
            config(SinkConfig.Type.APPRISE, shown() + path, urls.map(Secret.Plain::new), LONG))
        .deliver(told);
  }

  @Test
  void firingAndResolvedAlertsAreOneMessage(Vertx vertx, VertxTestContext test) {
    succeeds(
        send(vertx, SampleAlerts.of(SampleAlerts.firing(), SampleAlerts.over())),
        test,
        () -> {
          assertThat(receiver.got().get(0).headers().get("Accept")).isEqualTo("application/json");
          assertThat(receiver.got().get(0).headers().get("X-Apprise-Log-Level"))
              .isEqualTo("WARNING");
          assertThat(server.taken)
              .containsExactly(
                  new JsonObject(
                      """
                      {"title":"[FIRING:1, RESOLVED:1] NodeSilent mainnet",
                       "body":"• warning: alice (f01234) does not beat \
                      (since 2026-11-25 14:03:05 UTC). \
                      Last beat at 14:03:05 UTC, the connection is open.\\n\
                      • resolved: bob (f01234) does not beat (after 4 min 10 s, \
                      from 2026-11-25 14:03:05 UTC to 2026-11-25 14:07:15 UTC). \
                      Last beat at 14:03:05 UTC, the connection is open.",
                       "type":"warning","format":"text"}
                      """));
        });
  }

  @Test
  void theAddressesOfTheSecretAreNotified(Vertx vertx, VertxTestContext test) {
    succeeds(
        send(
            vertx,
            "/notify",
            Optional.of(AppriseServer.URLS),
            SampleAlerts.of(SampleAlerts.firing())),
        test,
        () -> assertThat(server.taken.get(0).getString("urls")).isEqualTo(AppriseServer.URLS));
  }

  @ParameterizedTest
  @CsvSource({
    "CRITICAL, FIRING, failure",
    "WARNING, FIRING, warning",
    "INFO, FIRING, info",
    "CRITICAL, RESOLVED, success"
  })
  void theSeverityDecidesTheType(
      Severity severity, AlertStatus status, String type, Vertx vertx, VertxTestContext test) {
    Alert alert = SampleAlerts.alert("a", "x", "x is silent", status).withSeverity(severity);
    succeeds(
        send(vertx, SampleAlerts.of(alert)),
        test,
        () -> assertThat(server.taken.get(0).getString("type")).isEqualTo(type));
  }

  @Test
  void manyAlertsAreCutToWhatPushoverTakes(Vertx vertx, VertxTestContext test) {
    succeeds(
        send(vertx, SampleAlerts.of(SampleAlerts.many(1_000))),
        test,
        () -> {
          String body = server.taken.get(0).getString("body");
          long named = body.lines().count() - 1;
          assertThat(body.length()).isLessThanOrEqualTo(1_024);
          assertThat(named).isBetween(10L, 20L);
          assertThat(body).endsWith("\nand " + (1_000 - named) + " more");
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "@", "<", "\uD83D\uDE00"})
  void theLongestAlertFitsAndIsNamed(String of, Vertx vertx, VertxTestContext test) {
    succeeds(
        send(vertx, longest(of)),
        test,
        () -> {
          assertThat(server.taken.get(0).getString("body")).contains("warning: " + of);
          assertThat(server.taken.get(0).getString("body").length()).isLessThanOrEqualTo(1_024);
        });
  }

  @ParameterizedTest
  @MethodSource("nasty")
  void claimsOfNodesDoNothing(Nasty nasty, Vertx vertx, VertxTestContext test) {
    succeeds(
        send(
            vertx,
            SampleAlerts.of(SampleAlerts.alert("a", nasty.raw(), nasty.raw(), AlertStatus.FIRING))),
        test,
        () ->
            assertThat(server.taken.get(0).getString("body"))
                .doesNotContain("`", "*")
                .doesNotContainPattern("@(?!\u200B)|<(?!\u200B)|://")
                .hasLineCount(1));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '!',
      value = {
        "<@123> <#7>!<\u200B@\u200B123> <\u200B#\u200B7>",
        "**b** ||h||!\u2217\u2217b\u2217\u2217 \u2223\u2223h\u2223\u2223",
        "[x](https://evil.example)![x]\u200B(https:\u200B//\u200Bevil.\u200Bexample)",
        "plain (f01234): 3 of 4!plain (f01234): 3 of 4"
      })
  void markupOfAllServicesDoesNothing(String said, String shown) {
    assertThat(Mrkdwn.plain(said)).isEqualTo(shown);
  }

  @Test
  void anUnknownKeyIsARefusalThoughItIsAnsweredWith204(Vertx vertx, VertxTestContext test) {
    fails(
        send(
            vertx,
            "/notify/very-secret2",
            Optional.empty(),
            SampleAlerts.of(SampleAlerts.firing())),
        Kind.REFUSED,
        shown() + " answered 204: it knows no service for this (expected: 2xx; a key that is conf",
        test);
  }

  @Test
  void addressesThatAreNoneAreARefusal(Vertx vertx, VertxTestContext test) {
    fails(
        send(vertx, "/notify", Optional.of("very-secret"), SampleAlerts.of(SampleAlerts.firing())),
        Kind.REFUSED,
        " answered 204: it knows no service for this (",
        test);
  }

  @Test
  void aServiceThatFailsIsNamed(Vertx vertx, VertxTestContext test) {
    server.broken = "Failed to send Discord notification: Unauthorized/Invalid Token., error=401.";
    fails(
        send(vertx, SampleAlerts.of(SampleAlerts.firing())),
        Kind.FAILED,
        " answered 424: One or more notification could not be sent: Failed to send Discord"
            + " notification: Unauthorized/Invalid Token., error=401. (expected: 2xx; all",
        test);
  }

  @Test
  void aServiceThatFailsShowsNoAddress(Vertx vertx, VertxTestContext test) {
    server.broken = "no route to https://api.telegram.org/bot123456789:very-secret-token/x";
    fails(
        send(
            vertx,
            "/notify",
            Optional.of(AppriseServer.URLS),
            SampleAlerts.of(SampleAlerts.firing())),
        Kind.FAILED,
        "no route to https://api.telegram.org/bot…:…/x (expected",
        test);
  }

  @Test
  void anotherPathIsNamed(Vertx vertx, VertxTestContext test) {
    fails(
        send(vertx, "/x" + KEYED, Optional.empty(), SampleAlerts.of(SampleAlerts.firing())),
        Kind.REFUSED,
        "(expected: 2xx; does the URL end in /notify/<key>?)",
        test);
  }

  @ParameterizedTest
  @CsvSource({
    "/, , its URL names no key (expected: http://<host>:8000/notify/<key>)",
    "/cfg/very-secret, , its URL names no key (expected: http://<host>:8000/notify/<key>)",
    "/notify/very-secret, tgram://very-secret/1, 'its URL names a key, and it has a secret (ex'"
  })
  void aUrlThatCannotWorkIsNotUsed(
      String path, String urls, String text, Vertx vertx, VertxTestContext test) {
    fails(
        send(vertx, path, Optional.ofNullable(urls), SampleAlerts.of(SampleAlerts.firing())),
        Kind.REFUSED,
        "ops: " + text,
        test,
        () -> assertThat(receiver.got()).isEmpty());
  }
}
