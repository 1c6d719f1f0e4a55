package fil.heartbeat.alert.sink;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.alert.model.Alert;
import fil.heartbeat.alert.model.AlertStatus;
import fil.heartbeat.alert.model.Notification;
import fil.heartbeat.testing.NastyStrings;
import fil.heartbeat.testing.NastyStrings.Nasty;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class SlackFormatTest {
  private final SlackFormat format = new SlackFormat(Optional.of(SampleAlerts.PAGE));

  private static List<Nasty> nasty() {
    return NastyStrings.ALL;
  }

  @Test
  void oneMessageShowsSubjectSummaryStartAndDuration() {
    List<HttpMessage> messages =
        format.messages(
            SampleAlerts.of(SampleAlerts.firing(), SampleAlerts.over()), Optional.empty());
    assertThat(messages).hasSize(1);
    assertThat(messages.get(0).body().toString())
        .isEqualTo(
            """
            {"text":"[FIRING:1, RESOLVED:1] NodeSilent mainnet",\
            "mrkdwn":false,"parse":"none","link_names":false,\
            "unfurl_links":false,"unfurl_media":false,\
            "attachments":[{"fallback":"[FIRING:1, RESOLVED:1] NodeSilent mainnet",\
            "color":"#f9a825",\
            "text":"• warning: alice (f01234) does not beat (since 2026-11-25 14:03:05 UTC). \
            Last beat at 14:03:05 UTC, the connection is open.\\n\
            • resolved: bob (f01234) does not beat (after 4 min 10 s, \
            from 2026-11-25 14:03:05 UTC to 2026-11-25 14:07:15 UTC). \
            Last beat at 14:03:05 UTC, the connection is open.",\
            "mrkdwn_in":[],"footer":"Filecoin Heartbeat",\
            "title":"Open the dashboard",\
            "title_link":"https://beats.example/fleet/"}]}\
            """);
  }

  @Test
  void aMessageAboutOneNodeLinksToIt() {
    JsonObject shown = attachment(SampleAlerts.of(SampleAlerts.over()));
    assertThat(shown.getString("title_link"))
        .isEqualTo(SampleAlerts.PAGE + "#/node/" + SampleAlerts.PEER);
    assertThat(shown.getString("color")).isEqualTo("#2e7d32");
  }

  @Test
  void theAcknowledgingPersonIsNamed() {
    Alert alert = SampleAlerts.acknowledged(SampleAlerts.firing(), "carol <!here>");
    assertThat(attachment(SampleAlerts.of(alert)).getString("text"))
        .contains("since 2026-11-25 14:03:05 UTC, acknowledged by carol &lt;!here&gt;");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "<!channel> look|&lt;!channel&gt; look",
        "<@U024BE7LH>|&lt;@\u200BU024BE7LH&gt;",
        "@channel @all|@\u200Bchannel @\u200Ball",
        "<https://evil.example>|&lt;https:\u200B//evil.example&gt;",
        "&lt;!here&gt;|&amp;lt;!here&amp;gt;",
        "*bold* ~gone~ `code`|\u2217bold\u2217 \u223Cgone\u223C \u02CBcode\u02CB",
        "```x```|\u02CB\u02CB\u02CBx\u02CB\u02CB\u02CB",
        "_it_ my_node_1|\uFF3Fit\uFF3F my_node_1",
        "![x](http://evil.example/x.png)|![x]\u200B(http:\u200B//evil.example/x.png)",
        "plain: 3 of 4|plain: 3 of 4"
      })
  void markupIsShownAndDoesNothing(String said, String shown) {
    assertThat(Mrkdwn.escape(said)).isEqualTo(shown);
  }

  @ParameterizedTest
  @MethodSource("nasty")
  void claimsOfNodesArePlainText(Nasty nasty) {
    JsonObject shown =
        attachment(
            SampleAlerts.of(SampleAlerts.alert("a", nasty.raw(), nasty.raw(), AlertStatus.FIRING)));
    String text = shown.getString("text");
    assertThat(text.lines()).hasSize(1);
    assertThat(text).doesNotContain("<", ">", "`").doesNotContainPattern("&(?!amp;|lt;|gt;)");
    assertThat(text.codePoints()).noneMatch(Character::isISOControl);
    assertThat(text).doesNotContain("\u202E", "\u2066", "\u2028");
  }

  @Test
  void twentyAlertsAreListedAndTheRestCounted() {
    List<Alert> alerts = SampleAlerts.many(50);
    String text = attachment(SampleAlerts.of(alerts, List.of("m49"))).getString("text");
    assertThat(text.lines()).hasSize(NotificationText.MAX_NAMED + 1);
    assertThat(text.lines().findFirst().orElseThrow()).contains("node49 is silent");
    assertThat(text).endsWith("\nand 30 more");
    assertThat(text).doesNotContain("Last beat");
  }

  @Test
  void aMessageStaysWithinWhatSlackShows() {
    List<Alert> alerts =
        SampleAlerts.many(50).stream()
            .map(
                alert -> SampleAlerts.alert(alert.id(), "x", "<".repeat(5_000), AlertStatus.FIRING))
            .toList();
    String text = attachment(SampleAlerts.of(alerts)).getString("text");
    assertThat(text.length()).isLessThanOrEqualTo(SlackFormat.MAX_TEXT + 50);
    assertThat(text).endsWith("more").doesNotContainPattern("&l(?!t;)");
    long named = text.lines().count() - 1;
    assertThat(named).isPositive();
    assertThat(text).endsWith("and " + (50 - named) + " more");
  }

  @Test
  void theLongestAlertIsNamed() {
    String text = attachment(HttpSinkFixture.longest("<")).getString("text");
    assertThat(text).startsWith("• warning: &lt;");
    assertThat(text.length()).isLessThanOrEqualTo(SlackFormat.MAX_TEXT + AlertLines.MORE);
  }

  private JsonObject attachment(Notification told) {
    JsonObject body = format.messages(told, Optional.empty()).get(0).body().toJsonObject();
    return body.getJsonArray("attachments").getJsonObject(0);
  }
}
