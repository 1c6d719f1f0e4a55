package fil.heartbeat.config;

import static fil.heartbeat.config.AlertsConfigTest.FOLDER;
import static fil.heartbeat.config.AlertsConfigTest.OPS;
import static fil.heartbeat.config.AlertsConfigTest.OPS_READ;
import static fil.heartbeat.config.AlertsConfigTest.faults;
import static fil.heartbeat.config.AlertsConfigTest.parse;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fil.heartbeat.config.SinkConfig.Mail;
import fil.heartbeat.config.SinkConfig.Tls;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SinkConfigTest {
  private static SinkConfig sink(String members) {
    return parse("{\"sinks\":[{\"name\":\"ops\"," + members + "}]}").delivery().sinks().get(0);
  }

  @Test
  void aSinkHasTheDefaultsOfTheTable() {
    assertThat(parse("{\"sinks\":[" + OPS + "]}").delivery().sinks()).containsExactly(OPS_READ);
  }

  @Test
  void everyKeyOfAWebhookIsRead() {
    assertThat(
            sink(
                "\"type\":\"webhook\",\"urlFile\":\"url\",\"secretEnv\":\"SIGN\",\"watchdog\":true,\"maxPerMinute\":600,\"timeout\":\"1m\""))
        .isEqualTo(
            new SinkConfig(
                "ops",
                SinkConfig.Type.WEBHOOK,
                Optional.of(new Secret.InFile(FOLDER.resolve("url"))),
                Optional.of(new Secret.InEnvironment("SIGN")),
                true,
                600,
                Duration.ofMinutes(1),
                Optional.empty(),
                Optional.empty()));
  }

  @Test
  void pagerDutyNeedsOnlyItsKey() {
    SinkConfig sink = sink("\"type\":\"pagerduty\",\"secretFile\":\"/run/key\"");
    assertThat(sink.url()).contains(new Secret.Plain("https://events.pagerduty.com/v2/enqueue"));
    assertThat(sink.secret()).contains(new Secret.InFile(Path.of("/run/key")));
    assertThat(sink("\"type\":\"pagerduty\",\"urlEnv\":\"PD\",\"secretFile\":\"k\"").url())
        .contains(new Secret.InEnvironment("PD"));
  }

  @Test
  void telegramNeedsNoUrl() {
    SinkConfig sink =
        sink("\"type\":\"telegram\",\"secretFile\":\"bot\",\"chat\":\"@ops_1\",\"thread\":7");
    assertThat(sink.url()).contains(new Secret.Plain("https://api.telegram.org"));
    assertThat(sink.secret()).contains(new Secret.InFile(FOLDER.resolve("bot")));
    assertThat(sink.chat()).contains(new SinkConfig.Chat("@ops_1", 7));
    assertThat(
            sink("\"type\":\"telegram\",\"secretEnv\":\"BOT\",\"chat\":\"-1001234567890\"").chat())
        .contains(new SinkConfig.Chat("-1001234567890", 0));
  }

  @Test
  void everyKeyOfAnEmailSinkIsRead() {
    SinkConfig sink =
        sink(
            "\"type\":\"email\",\"host\":\"mail.example.com\",\"port\":465,\"tls\":\"tls\",\"user\":\"u\",\"secretFile\":\"p\",\"from\":\"a@b.c\",\"to\":[\"x@y.z\",\"o'neil+ops@y.z\"]");
    assertThat(sink.url()).isEmpty();
    assertThat(sink.secret()).contains(new Secret.InFile(FOLDER.resolve("p")));
    assertThat(sink.mail())
        .contains(
            new Mail(
                "mail.example.com",
                465,
                Tls.TLS,
                Optional.of("u"),
                "a@b.c",
                List.of("x@y.z", "o'neil+ops@y.z")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost", "127.0.0.1", "127.1.2.3", "::1", "LOCALHOST"})
  void mailMayBeUnencryptedToThisMachine(String host) {
    Mail mail =
        sink("\"type\":\"email\",\"host\":\""
                + host
                + "\",\"tls\":\"none\",\"from\":\"a@b\",\"to\":[\"c@d\"]")
            .mail()
            .orElseThrow();
    assertThat(mail.tls()).isEqualTo(Tls.NONE);
    assertThat(mail.port()).isEqualTo(587);
    assertThat(mail.user()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          "type":"webhok","url":"http://a"|sinks[0].type: webhok (expected: did you mean webhook?)
          "url":"http://a"|sinks[0].type: (missing) (expected: one of webhook, slack, pagerduty, email, alertmanager, telegram, discord, ntfy, apprise)
          "type":"webhook"|sinks[0].url: (missing) (expected: one of url, urlFile, urlEnv)
          "type":"webhook","url":"http://a","urlFile":"b"|sinks[0].urlFile: beside url (expected: one of url, urlFile, urlEnv)
          "type":"webhook","url":"http://a","secretFile":"b","secretEnv":"C"|sinks[0].secretEnv: beside secretFile (expected: one of secretFile, secretEnv)
          "type":"webhook","urlEnv":"a b"|sinks[0].urlEnv: (not shown, it may hold a secret) (expected: the name of a variable, such as OPS_KEY)
          "type":"webhook","url":"http://a","maxPerMinute":0|sinks[0].maxPerMinute: 0 (expected: a whole number of 1 to 600)
          "type":"webhook","url":"http://a","maxPerMinute":601|sinks[0].maxPerMinute: 601 (expected: a whole number of 1 to 600)
          "type":"webhook","url":"http://a","timeout":"61s"|sinks[0].timeout: 61s (expected: a Go duration of 1s to 1m0s)
          "type":"webhook","url":"http://a","timeout":"999ms"|sinks[0].timeout: 999ms (expected: a Go duration of 1s to 1m0s)
          "type":"webhook","url":"http://a","watchdog":1|sinks[0].watchdog: 1 (expected: true or false)
          "type":"webhook","url":"http://a","urll":1|sinks[0].urll: unknown key (expected: did you mean url?)
          "type":"webhook","url":"http://a","port":25|sinks[0].port: with type webhook (expected: absent; for type email)
          "type":"slack","url":"http://a","secretFile":"b"|sinks[0].secretFile: with type slack (expected: absent; for type webhook, pagerduty, email, alertmanager, telegram, ntfy, apprise)
          "type":"pagerduty"|sinks[0].secretFile: (missing) (expected: secretFile or secretEnv, which holds the routing key)
          "type":"email","url":"http://a","host":"h","from":"a@b","to":["c@d"]|sinks[0].url: with type email (expected: absent; for type webhook, slack, pagerduty, alertmanager, telegram, discord, ntfy, apprise)
          "type":"telegram","chat":"-1"|sinks[0].secretFile: (missing) (expected: secretFile or secretEnv, which holds the token of the bot)
          "type":"telegram","secretFile":"t"|sinks[0].chat: (missing) (expected: an id in quotes, such as "-1001234567890", or "@name" of a public channel)
          "type":"telegram","secretFile":"t","chat":"t.me/ops"|sinks[0].chat: t.me/ops (expected: an id in quotes, such as "-1001234567890", or "@name" of a public channel)
          "type":"telegram","secretFile":"t","chat":"-1","thread":-1|sinks[0].thread: -1 (expected: a whole number of 0 to 2147483647)
          "type":"slack","url":"http://a","chat":"-1"|sinks[0].chat: with type slack (expected: absent; for type telegram)
          "type":"discord"|sinks[0].url: (missing) (expected: one of url, urlFile, urlEnv)
          "type":"discord","url":"http://a","secretFile":"b"|sinks[0].secretFile: with type discord (expected: absent; for type webhook, pagerduty, email, alertmanager, telegram, ntfy, apprise)
          "type":"ntfy"|sinks[0].url: (missing) (expected: one of url, urlFile, urlEnv)
          "type":"apprise"|sinks[0].url: (missing) (expected: one of url, urlFile, urlEnv)
          "type":"email","from":"a@b","to":["c@d"]|sinks[0].host: (missing) (expected: a host name or an address)
          "type":"email","host":"h\\r\\nQUIT","from":"a@b","to":["c@d"]|sinks[0].host: h\\u000d\\u000aQUIT (expected: a host name or an address)
          "type":"email","host":"h","to":["c@d"]|sinks[0].from: (missing) (expected: a mail address, such as ops@example.com)
          "type":"email","host":"h","from":"A <a@b>","to":["c@d"]|sinks[0].from: A <a@b> (expected: a mail address, such as ops@example.com)
          "type":"email","host":"h","from":"a@b"|sinks[0].to: 0 of them (expected: 1 to 50 addresses)
          "type":"email","host":"h","from":"a@b","to":["c@d\\nBcc: e@f"]|sinks[0].to: c@d\\u000aBcc: e@f (expected: a mail address, such as ops@example.com)
          "type":"email","host":"h","from":"a@b","to":["c@d"],"port":0|sinks[0].port: 0 (expected: a whole number of 1 to 65535)
          "type":"email","host":"h","from":"a@b","to":["c@d"],"tls":"ssl"|sinks[0].tls: ssl (expected: one of starttls, tls, none)
          "type":"email","host":"127.0.0.1.example","from":"a@b","to":["c@d"],"tls":"none"|sinks[0].tls: none (expected: starttls or tls; none only for a server on this machine)
          "type":"email","host":"h","from":"a@b","to":["c@d"],"user":"u"|sinks[0].secretFile: (missing) (expected: user and its password (secretFile or secretEnv), or neither)
          "type":"email","host":"h","from":"a@b","to":["c@d"],"secretFile":"p"|sinks[0].user: (missing) (expected: user and its password (secretFile or secretEnv), or neither)
          """)
  void aFaultOfASinkNamesPathValueAndRule(String members, String fault) {
    assertThat(faults("{\"sinks\":[{\"name\":\"ops\"," + members + "}]}"))
        .containsExactly("alerts." + fault);
  }

  @Test
  void aMailHasAtMostFiftyRecipients() {
    JsonArray to = new JsonArray();
    IntStream.range(0, 51).forEach(i -> to.add("a" + i + "@b"));
    String sink =
        "{\"sinks\":[{\"name\":\"m\",\"type\":\"email\",\"host\":\"h\",\"from\":\"a@b\",\"to\":%s}]}";
    assertThat(faults(sink.formatted(to.encode())))
        .containsExactly("alerts.sinks[0].to: 51 of them (expected: 1 to 50 addresses)");
    to.remove(0);
    assertThat(parse(sink.formatted(to.encode())).delivery().sinks()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"sinks\":[{\"name\":\"a\",\"type\":\"slack\",\"url\":\"https://u:SECRET@h/x\"}]}",
        "{\"sinks\":[{\"name\":\"a\",\"type\":\"slack\",\"url\":\"hooks.slack.com/SECRET\"}]}",
        "{\"sinks\":[{\"name\":\"a\",\"type\":\"slack\",\"url\":\"ftp://hooks.slack.com/SECRET\"}]}",
        "{\"sinks\":[{\"name\":\"a\",\"type\":\"slack\",\"url\":\"ftp://hooks.slack.com?SECRET\"}]}",
        "{\"sinks\":[{\"name\":\"a\",\"type\":\"slack\",\"url\":[\"SECRET\"]}]}",
        "{\"sinks\":[{\"name\":\"a\",\"type\":\"slack\",\"urlEnv\":\"https://SECRET\"}]}",
        "{\"sinks\":[{\"name\":\"a\",\"type\":\"webhook\",\"url\":\"http://a\",\"secretEnv\":\"!SECRET\"}]}",
        "{\"sinks\":[{\"name\":\"a\",\"type\":\"webhook\",\"url\":\"http://a\",\"secret\":\"SECRET\"}]}",
        "{\"sinks\":[\"https://SECRET\"]}",
        "{\"sinks\":\"https://SECRET\"}",
        "{\"sinks\":{\"url\":\"https://SECRET\"}}",
        "{\"deadman\":\"https://SECRET\"}",
        "{\"deadman\":{\"url\":\"hc-ping.com/SECRET\"}}",
        "\"https://SECRET\""
      })
  void noFaultShowsASecret(String alerts) {
    assertThat(faults(alerts)).isNotEmpty().noneMatch(fault -> fault.contains("SECRET"));
  }

  @Test
  void noFaultOfTheEnvironmentShowsASecret() {
    for (String variable : Arrays.asList("FIL_HEARTBEAT__ALERTS__SINKS", "FIL_HEARTBEAT__ALERTS")) {
      Map<String, String> environment = Map.of(variable, "[{\"url\":\"https://SECRET\"");
      assertThatThrownBy(() -> Config.parse(new JsonObject(), FOLDER, environment, Map.of()))
          .hasMessageStartingWith(variable + ": (not shown, it may hold a secret) (expected: ");
    }
  }
}
