package fil.heartbeat.alert.sink;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.alert.model.AlertStatus;
import fil.heartbeat.alert.model.DeliveryException.Kind;
import fil.heartbeat.alert.model.Notification;
import fil.heartbeat.testing.NastyStrings;
import fil.heartbeat.testing.NastyStrings.Nasty;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxTestContext;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TelegramSinkTest extends HttpSinkFixture {
  private final TelegramServer server = new TelegramServer();

  private static List<Nasty> nasty() {
    return NastyStrings.ALL;
  }

  @BeforeEach
  void answer() {
    receiver.on(server);
  }

  private Future<Void> send(Vertx vertx, Notification told) {
    return send(vertx, TelegramServer.TOKEN, TelegramServer.CHAT, 0, told);
  }

  private Future<Void> send(Vertx vertx, String token, String chat, int thread, Notification told) {
    return sink(vertx, toChat(shown(), token, chat, thread)).deliver(told);
  }

  private JsonObject body() {
    return new JsonObject(receiver.got().get(0).body());
  }

  @Test
  void firingAndResolvedAlertsAreOneMessage(Vertx vertx, VertxTestContext test) {
    succeeds(
        send(vertx, SampleAlerts.of(SampleAlerts.firing(), SampleAlerts.over())),
        test,
        () -> {
          assertThat(receiver.got()).hasSize(1);
          assertThat(receiver.got().get(0).uri())
              .isEqualTo("/bot" + TelegramServer.TOKEN + "/sendMessage");
          assertThat(body())
              .isEqualTo(
                  new JsonObject(
                      """
                      {"chat_id":"-1001234567890",
                       "text":"<b>[FIRING:1, RESOLVED:1] NodeSilent mainnet</b>\\n\
                      • warning: alice (f01234) does not beat (since 2026-11-25 14:03:05 UTC). \
                      Last beat at 14:03:05 UTC, the connection is open.\\n\
                      • resolved: bob (f01234) does not beat (after 4 min 10 s, \
                      from 2026-11-25 14:03:05 UTC to 2026-11-25 14:07:15 UTC). \
                      Last beat at 14:03:05 UTC, the connection is open.\\n\
                      <a href=\\"https://beats.example/fleet/\\">Dashboard</a>",
                       "parse_mode":"HTML","link_preview_options":{"is_disabled":true},
                       "disable_notification":false}
                      """));
        });
  }

  @Test
  void whatIsResolvedMakesNoSoundAndLinksToItsNode(Vertx vertx, VertxTestContext test) {
    succeeds(
        send(
            vertx,
            TelegramServer.TOKEN,
            TelegramServer.CHAT,
            5,
            SampleAlerts.of(SampleAlerts.over())),
        test,
        () -> {
          assertThat(body().getBoolean("disable_notification")).isTrue();
          assertThat(body().getInteger("message_thread_id")).isEqualTo(5);
          assertThat(body().getString("text"))
              .contains("[RESOLVED:1]", "#/node/" + SampleAlerts.PEER + "\">Dashboard</a>");
        });
  }

  @Test
  void manyAlertsAreCutAndCounted(Vertx vertx, VertxTestContext test) {
    succeeds(
        send(vertx, SampleAlerts.of(SampleAlerts.many(1_000), List.of("m999"))),
        test,
        () -> {
          List<String> lines = server.shown.get(0).lines().toList();
          assertThat(lines.get(1)).contains("node999 is silent");
          long named = lines.stream().filter(line -> line.startsWith("• ")).count();
          assertThat(named).isBetween(10L, 20L);
          assertThat(lines).contains("and " + (1_000 - named) + " more");
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "<", "&", "\"", "@", "\uD83D\uDE00", "\u6F22"})
  void theLongestAlertFitsAndIsNamed(String of, Vertx vertx, VertxTestContext test) {
    succeeds(
        send(vertx, longest(of)),
        test,
        () -> assertThat(server.shown.get(0)).contains("warning: " + of));
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
          assertThat(server.shown.get(0).replace("\u200B", "")).contains(nasty.cleaned());
          assertThat(server.shown.get(0).lines()).hasSize(3);
        });
  }

  @ParameterizedTest
  @CsvSource({
    "@everyone, @\u200Beveryone",
    "see https://evil.example/x, see https:\u200B//\u200Bevil.\u200Bexample/x",
    "www.evil.example, www.\u200Bevil.\u200Bexample",
    "t.me/evil, t.\u200Bme/evil",
    "/start now, /\u200Bstart now",
    "#tag $USD, #\u200Btag $\u200BUSD",
    "lotus 1.36.0 3/4 of 10.5 s, lotus 1.36.0 3/4 of 10.5 s"
  })
  void nothingBecomesALink(String said, String shown) {
    assertThat(Gaps.in(said)).isEqualTo(shown);
  }

  private static Stream<List<String>> refusals() {
    String wrong = TelegramServer.TOKEN.replace("AAF", "AAG");
    return Stream.of(
        List.of(
            wrong,
            TelegramServer.CHAT,
            " answered 401: Unauthorized (expected: 2xx; is the secret the token of the bot,"),
        List.of(
            TelegramServer.TOKEN,
            "-42",
            " answered 400: Bad Request: chat not found (expected: 2xx; is chat right, and the"));
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void aRefusalSaysWhatToDo(List<String> refusal, Vertx vertx, VertxTestContext test) {
    fails(
        send(vertx, refusal.get(0), refusal.get(1), 0, SampleAlerts.of(SampleAlerts.firing())),
        Kind.REFUSED,
        shown() + refusal.get(2),
        test);
  }

  @Test
  void anUnknownTopicOfAGroupIsNamed(Vertx vertx, VertxTestContext test) {
    fails(
        send(
            vertx,
            TelegramServer.TOKEN,
            TelegramServer.CHAT,
            6,
            SampleAlerts.of(SampleAlerts.firing())),
        Kind.REFUSED,
        "message thread not found (expected: 2xx; is thread a topic of this group?)",
        test);
  }

  @Test
  void aBotThatWasRemovedIsNamed(Vertx vertx, VertxTestContext test) {
    server.kicked = true;
    fails(
        send(vertx, SampleAlerts.of(SampleAlerts.firing())),
        Kind.REFUSED,
        " answered 403: Forbidden: bot was kicked from the supergroup chat (expected: 2xx; add the",
        test);
  }

  @Test
  void theNewIdOfAGroupIsShown(Vertx vertx, VertxTestContext test) {
    server.migratedTo = -1009876543210L;
    fails(
        send(vertx, SampleAlerts.of(SampleAlerts.firing())),
        Kind.REFUSED,
        "the group has another id now: set chat to \"-1009876543210\"",
        test);
  }

  @Test
  void aLimitIsWaitedFor(Vertx vertx, VertxTestContext test) {
    server.limited = true;
    waits(
        send(vertx, SampleAlerts.of(SampleAlerts.firing())),
        Duration.ofSeconds(17),
        " answered 429: Too Many Requests: retry after 17 (expected: 2xx; fewer messages;",
        test);
  }

  @ParameterizedTest
  @ValueSource(strings = {"very-secret", "123456:", "123456:very secret", "bot1:very-secret/x"})
  void whatIsNoTokenIsNotSent(String token, Vertx vertx, VertxTestContext test) {
    fails(
        send(vertx, token, TelegramServer.CHAT, 0, SampleAlerts.of(SampleAlerts.firing())),
        Kind.REFUSED,
        "ops: its secret is no token of a bot (expected: <digits>:<letters>, as BotFather",
        test,
        () -> assertThat(receiver.got()).isEmpty());
  }

  @ParameterizedTest
  @ValueSource(strings = {"<html>Log in</html>", "", "[]", "{\"ok\":\"yes\"}"})
  void anotherServerIsNotTelegram(String page, Vertx vertx, VertxTestContext test) {
    receiver.on(Receiver.status(200, page));
    fails(
        send(vertx, SampleAlerts.of(SampleAlerts.firing())),
        Kind.FAILED,
        " answered 200: not an answer of Telegram (expected: 2xx; is the URL right,",
        test);
  }

  @Test
  void anAnswerThatRepeatsTheTokenIsRedacted(Vertx vertx, VertxTestContext test) {
    receiver.on(
        (request, body) ->
            Receiver.status(502, "no route for " + request.uri() + ", " + TelegramServer.TOKEN)
                .answer(request, body));
    fails(
        send(vertx, SampleAlerts.of(SampleAlerts.firing())),
        Kind.FAILED,
        " answered 502: no route for /bot…/sendMessage, … (expected: 2xx)",
        test);
  }
}
