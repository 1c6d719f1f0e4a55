package fil.heartbeat.alert.sink;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.alert.model.AlertStatus;
import fil.heartbeat.alert.model.DeliveryException.Kind;
import fil.heartbeat.alert.model.Notification;
import fil.heartbeat.config.SinkConfig;
import fil.heartbeat.testing.NastyStrings;
import fil.heartbeat.testing.NastyStrings.Nasty;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxTestContext;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class DiscordSinkTest extends HttpSinkFixture {
  private final DiscordServer server = new DiscordServer();

  private static List<Nasty> nasty() {
    return NastyStrings.ALL;
  }

  @BeforeEach
  void answer() {
    receiver.on(server);
  }

  private Future<Void> send(Vertx vertx, Notification told) {
    return send(vertx, DiscordServer.PATH, told);
  }

  private Future<Void> send(Vertx vertx, String path, Notification told) {
    return sink(vertx, config(SinkConfig.Type.DISCORD, shown() + path, Optional.empty(), LONG))
        .deliver(told);
  }

  private String description() {
    return server.taken.get(0).getJsonArray("embeds").getJsonObject(0).getString("description");
  }

  @Test
  void firingAndResolvedAlertsAreOneMessage(Vertx vertx, VertxTestContext test) {
    succeeds(
        send(vertx, SampleAlerts.of(SampleAlerts.firing(), SampleAlerts.over())),
        test,
        () -> {
          assertThat(receiver.got().get(0).uri()).isEqualTo(DiscordServer.PATH + "?wait=true");
          assertThat(server.taken)
              .containsExactly(
                  new JsonObject(
                      """
                      {"content":"[FIRING:1, RESOLVED:1] NodeSilent mainnet",
                       "embeds":[{
                       "description":"• warning: alice (f01234) does not beat \
                      (since 2026-11-25 14:03:05 UTC). \
                      Last beat at 14:03:05 UTC, the connection is open.\\n\
                      • resolved: bob (f01234) does not beat (after 4 min 10 s, \
                      from 2026-11-25 14:03:05 UTC to 2026-11-25 14:07:15 UTC). \
                      Last beat at 14:03:05 UTC, the connection is open.",
                       "color":16361509,"footer":{"text":"Filecoin Heartbeat"},
                       "title":"Open the dashboard","url":"https://beats.example/fleet/"}],
                       "allowed_mentions":{"parse":[]}}
                      """));
        });
  }

  @Test
  void whatIsResolvedMakesNoSound(Vertx vertx, VertxTestContext test) {
    succeeds(
        send(
            vertx,
            DiscordServer.PATH + "?thread_id=42&wait=false",
            SampleAlerts.of(SampleAlerts.over())),
        test,
        () -> {
          assertThat(receiver.got().get(0).uri())
              .isEqualTo(DiscordServer.PATH + "?thread_id=42&wait=true");
          assertThat(server.taken.get(0).getInteger("flags")).isEqualTo(4096);
        });
  }

  @Test
  void manyAlertsAreCutAndCounted(Vertx vertx, VertxTestContext test) {
    succeeds(
        send(vertx, SampleAlerts.of(SampleAlerts.many(1_000))),
        test,
        () -> {
          long named = description().lines().count() - 1;
          assertThat(named).isBetween(10L, 20L);
          assertThat(description()).endsWith("\nand " + (1_000 - named) + " more");
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "*", "@", "#", "\uD83D\uDE00", "\u6F22"})
  void theLongestAlertFitsAndIsNamed(String of, Vertx vertx, VertxTestContext test) {
    succeeds(
        send(vertx, longest(of)),
        test,
        () -> assertThat(description().replace("\\", "")).contains("warning: " + of));
  }

  @ParameterizedTest
  @MethodSource("nasty")
  void claimsOfNodesAreShownAndDoNothing(Nasty nasty, Vertx vertx, VertxTestContext test) {
    succeeds(
        send(
            vertx,
            SampleAlerts.of(SampleAlerts.alert("a", nasty.raw(), nasty.raw(), AlertStatus.FIRING))),
        test,
        () -> {
          assertThat(rendered(description())).contains(nasty.cleaned());
          assertThat(description().lines()).hasSize(1);
          assertThat(server.taken.get(0).getJsonObject("allowed_mentions"))
              .isEqualTo(new JsonObject().put("parse", new JsonArray()));
        });
  }

  /** As Discord shows it: a backslash before a character that is no letter is not shown. */
  private static String rendered(String markdown) {
    return markdown.replaceAll("\\\\([^0-9A-Za-z\\s])", "$1").replace("\u200B", "");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '!',
      value = {
        "@everyone!@\u200Beveryone",
        "<@123> <@&9> <#7>!\\<@\u200B123\\> \\<@\u200B&9\\> \\<\\#\u200B7\\>",
        "[x](https://evil.example)![x\\](https:\u200B//\u200Bevil.\u200Bexample)",
        "**b** _i_ ~~s~~ ||h|| `c`!\\*\\*b\\*\\* \\_i\\_ \\~\\~s\\~\\~ \\|\\|h\\|\\| \\`c\\`",
        "\\*!\\\\\\*",
        "plain (f01234): 3 of 4!plain (f01234): 3 of 4"
      })
  void markupIsShownAndDoesNothing(String said, String shown) {
    assertThat(DiscordFormat.escape(said)).isEqualTo(shown);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/api/webhooks/99/very-secret|404: Unknown Webhook (code 10015) (expected: 2xx; make anoth",
        "/api/webhooks/1122334455667788990/very-secret|401: Invalid Webhook Token (code 50027) (e",
        "/very-secret|404: 404: Not Found (code 0) (expected: 2xx; make another webhook in the"
      })
  void aRefusalSaysWhatToDo(String path, String text, Vertx vertx, VertxTestContext test) {
    fails(
        send(vertx, path, SampleAlerts.of(SampleAlerts.firing())),
        Kind.REFUSED,
        shown() + " answered " + text,
        test);
  }

  @Test
  void aFaultOfTheBodyIsNamed() {
    String body =
        """
        {"message":"Invalid Form Body","code":50035,
         "errors":{"embeds":{"0":{"description":{"_errors":[
           {"code":"BASE_TYPE_MAX_LENGTH","message":"Must be 4096 or fewer in length."}]}}}}}
        """;
    assertThat(
            new DiscordFormat(Optional.empty()).read(new HttpResult(400, null, null, body)).said())
        .contains("Invalid Form Body (code 50035): Must be 4096 or fewer in length.");
  }

  @ParameterizedTest
  @CsvSource({"true, 17000", "false, 16200"})
  void aLimitIsWaitedFor(boolean header, int millis, Vertx vertx, VertxTestContext test) {
    server.limited = true;
    server.saysInHeader = header;
    waits(
        send(vertx, SampleAlerts.of(SampleAlerts.firing())),
        Duration.ofMillis(millis),
        " answered 429: You are being rate limited. (expected: 2xx; fewer messages; see max",
        test);
  }

  @Test
  void anotherServerIsNotDiscord(Vertx vertx, VertxTestContext test) {
    receiver.on(Receiver.status(200, "<html>Log in</html>"));
    fails(
        send(vertx, SampleAlerts.of(SampleAlerts.firing())),
        Kind.FAILED,
        " answered 200: not an answer of Discord (expected: 2xx; is the URL right,",
        test);
  }

  @Test
  void anAnswerThatRepeatsTheUrlIsRedacted(Vertx vertx, VertxTestContext test) {
    receiver.on(
        (request, body) ->
            Receiver.status(502, "no route for " + request.uri()).answer(request, body));
    fails(
        send(vertx, SampleAlerts.of(SampleAlerts.firing())),
        Kind.FAILED,
        " answered 502: no route for /api/…/…/…?wait=true (expected: 2xx)",
        test);
  }
}
