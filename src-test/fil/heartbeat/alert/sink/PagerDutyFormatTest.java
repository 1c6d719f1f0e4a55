package fil.heartbeat.alert.sink;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.alert.model.AlertStatus;
import fil.heartbeat.testing.NastyStrings;
import fil.heartbeat.testing.NastyStrings.Nasty;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PagerDutyFormatTest {
  private static final Optional<String> KEY = Optional.of("R0KEY");
  private final PagerDutyFormat format = new PagerDutyFormat(Optional.of(SampleAlerts.PAGE));

  private static List<Nasty> nasty() {
    return NastyStrings.ALL;
  }

  @Test
  void eachNewStateIsOneEventDeduplicatedByTheAlert() {
    List<HttpMessage> messages =
        format.messages(SampleAlerts.of(SampleAlerts.firing(), SampleAlerts.over()), KEY);
    assertThat(messages)
        .extracting(message -> message.body().toString())
        .containsExactly(
            """
            {"routing_key":"R0KEY","event_action":"trigger","dedup_key":"a1",\
            "client":"Filecoin Heartbeat",\
            "client_url":"https://beats.example/fleet/\
            #/node/12D3KooWDpJ7As7BWAwRMfu1VU2WCqNjvq387JEYKDBj4kx6nXTN",\
            "payload":{"summary":"alice (f01234) does not beat","source":"alice",\
            "severity":"warning","timestamp":"2026-11-25T14:03:05Z","class":"NodeSilent",\
            "group":"mainnet",\
            "custom_details":{"alertname":"NodeSilent","miner":"f01234","network":"mainnet",\
            "nickname":"alice",\
            "peer_id":"12D3KooWDpJ7As7BWAwRMfu1VU2WCqNjvq387JEYKDBj4kx6nXTN",\
            "severity":"warning",\
            "description":"Last beat at 14:03:05 UTC, the connection is open.",\
            "summary":"alice (f01234) does not beat"}}}\
            """,
            """
            {"routing_key":"R0KEY","event_action":"resolve","dedup_key":"b2"}\
            """);
  }

  @Test
  void knownStatesAreNotSent() {
    assertThat(
            format.messages(
                SampleAlerts.of(List.of(SampleAlerts.firing(), SampleAlerts.over()), List.of("b2")),
                KEY))
        .singleElement()
        .satisfies(message -> assertThat(message.body().toString()).contains("\"resolve\""));
  }

  @Test
  void anAlertOfTheAggregatorHasASourceToo() {
    JsonObject event =
        format
            .messages(SampleAlerts.of(SampleAlerts.ofTheAggregator()), KEY)
            .get(0)
            .body()
            .toJsonObject();
    JsonObject payload = event.getJsonObject("payload");
    assertThat(payload.getString("source")).isEqualTo("filecoin-heartbeat");
    assertThat(payload.getString("severity")).isEqualTo("critical");
    assertThat(payload.containsKey("group")).isFalse();
    assertThat(event.getString("client_url")).isEqualTo(SampleAlerts.PAGE + "#/alerts");
  }

  @Test
  void anotherSeverityIsAnotherStep() {
    HttpMessage warning = format.messages(SampleAlerts.of(SampleAlerts.firing()), KEY).get(0);
    HttpMessage critical =
        format.messages(SampleAlerts.of(SampleAlerts.critical(SampleAlerts.firing())), KEY).get(0);
    assertThat(warning.step()).contains(new HttpMessage.Step("a1", "trigger warning"));
    assertThat(critical.step()).contains(new HttpMessage.Step("a1", "trigger critical"));
  }

  @ParameterizedTest
  @MethodSource("nasty")
  void claimsOfNodesStayInTheirField(Nasty nasty) {
    JsonObject payload =
        format
            .messages(
                SampleAlerts.of(
                    SampleAlerts.alert("a", nasty.raw(), nasty.raw(), AlertStatus.FIRING)),
                KEY)
            .get(0)
            .body()
            .toJsonObject()
            .getJsonObject("payload");
    assertThat(payload.getString("source")).startsWith(nasty.cleaned());
    assertThat(payload.getString("summary")).startsWith(nasty.cleaned());
    assertThat(payload.getString("summary").codePoints()).noneMatch(Character::isISOControl);
  }

  @Test
  void aSummaryIsAsLongAsPagerDutyTakes() {
    String said = "\uD83D\uDE00".repeat(3_000);
    JsonObject payload =
        format
            .messages(SampleAlerts.of(SampleAlerts.alert("a", "x", said, AlertStatus.FIRING)), KEY)
            .get(0)
            .body()
            .toJsonObject()
            .getJsonObject("payload");
    String summary = payload.getString("summary");
    assertThat(summary.codePointCount(0, summary.length())).isEqualTo(PagerDutyFormat.MAX_SUMMARY);
    assertThat(summary).endsWith("\uDE00…");
  }
}
