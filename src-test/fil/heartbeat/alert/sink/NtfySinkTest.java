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
import io.vertx.junit5.VertxTestContext;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class NtfySinkTest extends HttpSinkFixture {
  private final NtfyServer server = new NtfyServer();

  private static List<Nasty> nasty() {
    return NastyStrings.ALL;
  }

  @BeforeEach
  void answer() {
    receiver.on(server);
  }

  private Future<Void> send(Vertx vertx, Notification told) {
    return send(vertx, NtfyServer.TOPIC, Optional.empty(), told);
  }

  private Future<Void> send(Vertx vertx, String path, Optional<String> token, Notification told) {
    return sink(
            vertx, config(SinkConfig.Type.NTFY, shown() + path, token.map(Secret.Plain::new), LONG))
        .deliver(told);
  }

  @Test
  void firingAndResolvedAlertsAreOneMessage(Vertx vertx, VertxTestContext test) {
    server.locked = true;
    succeeds(
        send(
            vertx,
            NtfyServer.TOPIC,
            Optional.of(NtfyServer.TOKEN),
            SampleAlerts.of(SampleAlerts.firing(), SampleAlerts.over())),
        test,
        () -> {
          assertThat(receiver.got().get(0).headers().getAll("Content-Type"))
              .containsExactly("text/plain; charset=utf-8");
          assertThat(server.shown)
              .containsExactly(
                  new NtfyServer.Shown(
                      "[FIRING:1, RESOLVED:1] NodeSilent mainnet",
                      "high",
                      "warning",
                      SampleAlerts.PAGE,
                      "• warning: alice (f01234) does not beat (since 2026-11-25 14:03:05 UTC)."
                          + " Last beat at 14:03:05 UTC, the connection is open.\n"
                          + "• resolved: bob (f01234) does not beat (after 4 min 10 s, from"
                          + " 2026-11-25 14:03:05 UTC to 2026-11-25 14:07:15 UTC). Last beat at"
                          + " 14:03:05 UTC, the connection is open."));
        });
  }

  @ParameterizedTest
  @CsvSource({
    "CRITICAL, FIRING, urgent, rotating_light",
    "WARNING, FIRING, high, warning",
    "INFO, FIRING, default, information_source",
    "CRITICAL, RESOLVED, low, white_check_mark"
  })
  void theSeverityDecidesHowLoudItIs(
      Severity severity,
      AlertStatus status,
      String priority,
      String tag,
      Vertx vertx,
      VertxTestContext test) {
    Alert alert = SampleAlerts.alert("a", "x", "x is silent", status).withSeverity(severity);
    succeeds(
        send(vertx, SampleAlerts.of(alert)),
        test,
        () -> {
          assertThat(server.shown.get(0).priority()).isEqualTo(priority);
          assertThat(server.shown.get(0).tags()).isEqualTo(tag);
          assertThat(server.shown.get(0).click()).endsWith("#/node/" + SampleAlerts.PEER);
        });
  }

  @Test
  void manyAlertsAreCutAndCounted(Vertx vertx, VertxTestContext test) {
    succeeds(
        send(vertx, SampleAlerts.of(SampleAlerts.many(1_000))),
        test,
        () -> {
          long named = server.shown.get(0).text().lines().count() - 1;
          assertThat(named).isBetween(10L, 20L);
          assertThat(server.shown.get(0).text()).endsWith("\nand " + (1_000 - named) + " more");
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "@", "\uD83D\uDE00", "\u6F22"})
  void theLongestAlertFitsAndIsNamed(String of, Vertx vertx, VertxTestContext test) {
    succeeds(
        send(vertx, longest(of)),
        test,
        () -> {
          assertThat(server.shown.get(0).text()).contains("warning: " + of);
          assertThat(server.shown.get(0).text().getBytes(StandardCharsets.UTF_8).length)
              .isLessThanOrEqualTo(4_096);
        });
  }

  @ParameterizedTest
  @MethodSource("nasty")
  void claimsOfNodesAreShownAndDoNothing(Nasty nasty, Vertx vertx, VertxTestContext test) {
    Alert alert = SampleAlerts.alert("a", nasty.raw(), nasty.raw(), AlertStatus.FIRING);
    Notification told =
        new Notification(
            "9f2c",
            "ops",
            "key",
            Map.of("alertname", "NodeSilent", "network", nasty.raw()),
            List.of(alert),
            List.of("a"),
            SampleAlerts.NOW);
    succeeds(
        send(vertx, told),
        test,
        () -> {
          NtfyServer.Shown shown = server.shown.get(0);
          assertThat(shown.text().replace("\u200B", "")).contains(nasty.cleaned());
          assertThat(shown.text().lines()).hasSize(1);
          assertThat(shown.title().replace("\u200B", ""))
              .startsWith("[FIRING:1] NodeSilent " + nasty.cleaned().substring(0, 3));
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"=?UTF-8?B?ZXZpbA==?=", "a\u00E9b", "b =?x", "\u6F22"})
  void aTitleThatIsNoAsciiIsEncoded(String network, Vertx vertx, VertxTestContext test) {
    Notification told =
        new Notification(
            "9f2c",
            "ops",
            "key",
            Map.of("alertname", "NodeSilent", "network", network),
            List.of(SampleAlerts.firing()),
            List.of("a1"),
            SampleAlerts.NOW);
    succeeds(
        send(vertx, told),
        test,
        () ->
            assertThat(server.shown.get(0).title()).isEqualTo("[FIRING:1] NodeSilent " + network));
  }

  @Test
  void aWrongTokenIsRefused(Vertx vertx, VertxTestContext test) {
    fails(
        send(
            vertx,
            NtfyServer.TOPIC,
            Optional.of("tk_another-very-secret"),
            SampleAlerts.of(SampleAlerts.firing())),
        Kind.REFUSED,
        shown() + " answered 401: unauthorized (code 40101) (expected: 2xx; may this token or",
        test);
  }

  @Test
  void aLockedTopicIsRefused(Vertx vertx, VertxTestContext test) {
    server.locked = true;
    fails(
        send(vertx, SampleAlerts.of(SampleAlerts.firing())),
        Kind.REFUSED,
        " answered 403: forbidden (code 40301) (expected: 2xx; may this token or user write to",
        test);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/", "/?auth=very-secret", "/no topic", "/a.b"})
  void aUrlWithoutATopicIsRefused(String path, Vertx vertx, VertxTestContext test) {
    String text = path.contains(" ") ? "ops: its URL is none" : "ops: its URL names no topic (exp";
    fails(
        send(vertx, path, Optional.empty(), SampleAlerts.of(SampleAlerts.firing())),
        Kind.REFUSED,
        text,
        test,
        () -> assertThat(receiver.got()).isEmpty());
  }

  @Test
  void anUnknownPathIsNamed(Vertx vertx, VertxTestContext test) {
    fails(
        send(
            vertx,
            "/below" + NtfyServer.TOPIC,
            Optional.empty(),
            SampleAlerts.of(SampleAlerts.firing())),
        Kind.REFUSED,
        " answered 404: page not found (code 40401) (expected: 2xx; does the URL end in the topic",
        test);
  }

  @Test
  void aLimitIsALimit(Vertx vertx, VertxTestContext test) {
    server.limited = true;
    fails(
        send(vertx, SampleAlerts.of(SampleAlerts.firing())),
        Kind.LIMITED,
        " answered 429: limit reached: too many requests (code 42901) (expected: 2xx; fewer",
        test);
  }

  @Test
  void anotherServerIsNotNtfy(Vertx vertx, VertxTestContext test) {
    receiver.on(Receiver.status(200, "<html>Log in</html>"));
    fails(
        send(vertx, SampleAlerts.of(SampleAlerts.firing())),
        Kind.FAILED,
        " answered 200: not an answer of ntfy (expected: 2xx; is the URL right,",
        test);
  }

  @Test
  void anAnswerThatRepeatsSecretsIsRedacted(Vertx vertx, VertxTestContext test) {
    receiver.on(
        (request, body) ->
            Receiver.status(502, request.uri() + " " + request.getHeader("Authorization") + " gone")
                .answer(request, body));
    fails(
        send(
            vertx,
            NtfyServer.TOPIC,
            Optional.of(NtfyServer.TOKEN),
            SampleAlerts.of(SampleAlerts.firing())),
        Kind.FAILED,
        " answered 502: /… Bearer … gone (expected: 2xx)",
        test);
  }
}
