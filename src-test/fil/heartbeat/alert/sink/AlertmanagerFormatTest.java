package fil.heartbeat.alert.sink;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.alert.model.Alert;
import fil.heartbeat.alert.model.AlertStatus;
import fil.heartbeat.testing.NastyStrings;
import fil.heartbeat.testing.NastyStrings.Nasty;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AlertmanagerFormatTest {
  private final AlertmanagerFormat format = new AlertmanagerFormat(Optional.of(SampleAlerts.PAGE));

  private static List<Nasty> nasty() {
    return NastyStrings.ALL;
  }

  @Test
  void firingAlertsLastFourMinutesAndResolvedOnesKeepTheirEnd() {
    List<HttpMessage> messages =
        format.messages(
            SampleAlerts.of(SampleAlerts.firing(), SampleAlerts.over()), Optional.empty());
    assertThat(messages).hasSize(1);
    assertThat(messages.get(0).headers()).isEmpty();
    assertThat(messages.get(0).body().toString())
        .isEqualTo(
            """
            [{"labels":{"alertname":"NodeSilent","miner":"f01234","network":"mainnet",\
            "nickname":"alice",\
            "peer_id":"12D3KooWDpJ7As7BWAwRMfu1VU2WCqNjvq387JEYKDBj4kx6nXTN",\
            "severity":"warning"},\
            "annotations":{"description":"Last beat at 14:03:05 UTC, the connection is open.",\
            "summary":"alice (f01234) does not beat"},\
            "startsAt":"2026-11-25T14:03:20Z","endsAt":"2026-11-25T14:11:25Z",\
            "generatorURL":"https://beats.example/fleet/\
            #/node/12D3KooWDpJ7As7BWAwRMfu1VU2WCqNjvq387JEYKDBj4kx6nXTN"},\
            {"labels":{"alertname":"NodeSilent","miner":"f01234","network":"mainnet",\
            "nickname":"bob",\
            "peer_id":"12D3KooWDpJ7As7BWAwRMfu1VU2WCqNjvq387JEYKDBj4kx6nXTN",\
            "severity":"warning"},\
            "annotations":{"description":"Last beat at 14:03:05 UTC, the connection is open.",\
            "summary":"bob (f01234) does not beat"},\
            "startsAt":"2026-11-25T14:03:20Z","endsAt":"2026-11-25T14:07:15.250Z",\
            "generatorURL":"https://beats.example/fleet/\
            #/node/12D3KooWDpJ7As7BWAwRMfu1VU2WCqNjvq387JEYKDBj4kx6nXTN"}]\
            """);
  }

  @Test
  void aTokenIsSentAsABearer() {
    HttpMessage message =
        format.messages(SampleAlerts.of(SampleAlerts.firing()), Optional.of("t0ken")).get(0);
    assertThat(message.headers()).containsExactly(Map.entry("Authorization", "Bearer t0ken"));
  }

  @Test
  void anAlertOfRisenSeverityIsResolvedUnderTheOldOne() {
    JsonArray alerts = body(SampleAlerts.critical(SampleAlerts.firing()));
    assertThat(alerts.size()).isEqualTo(2);
    assertThat(alerts.getJsonObject(0).getJsonObject("labels").getString("severity"))
        .isEqualTo("critical");
    assertThat(alerts.getJsonObject(0).getString("endsAt")).isEqualTo("2026-11-25T14:11:25Z");
    assertThat(alerts.getJsonObject(1).getJsonObject("labels").getString("severity"))
        .isEqualTo("warning");
    assertThat(alerts.getJsonObject(1).getString("endsAt")).isEqualTo("2026-11-25T14:07:25Z");
  }

  @Test
  void invalidLabelNamesAreChangedAndEmptyValuesLeftOut() {
    Map<String, String> labels = new LinkedHashMap<>(SampleAlerts.firing().labels());
    labels.put("data-centre", "east");
    labels.put("2nd", "yes");
    labels.put("empty", "");
    JsonObject told = body(withLabels(labels)).getJsonObject(0).getJsonObject("labels");
    assertThat(told.getString("data_centre")).isEqualTo("east");
    assertThat(told.getString("_2nd")).isEqualTo("yes");
    assertThat(told.fieldNames()).doesNotContain("data-centre", "2nd", "empty");
  }

  @Test
  void anEndIsNeverBeforeItsStart() {
    Alert alert = SampleAlerts.over();
    Alert skewed =
        alert.withTimes(new Alert.Times(SampleAlerts.SEEN, SampleAlerts.OVER, SampleAlerts.FIRED));
    assertThat(body(skewed).getJsonObject(0).getString("endsAt"))
        .isEqualTo(SampleAlerts.OVER.toString());
  }

  @Test
  void manyAlertsAreSentInBatches() {
    List<HttpMessage> messages =
        format.messages(
            SampleAlerts.of(SampleAlerts.many(2 * AlertmanagerFormat.MAX_ALERTS + 1)),
            Optional.empty());
    assertThat(messages)
        .extracting(message -> message.body().toJsonArray().size())
        .containsExactly(AlertmanagerFormat.MAX_ALERTS, AlertmanagerFormat.MAX_ALERTS, 1);
  }

  @ParameterizedTest
  @MethodSource("nasty")
  void claimsOfNodesStayInTheirField(Nasty nasty) {
    JsonObject alert =
        body(SampleAlerts.alert("a", nasty.raw(), nasty.raw(), AlertStatus.FIRING))
            .getJsonObject(0);
    String shown = alert.getJsonObject("labels").getString("nickname");
    assertThat(shown).startsWith(nasty.cleaned());
    assertThat(shown.codePoints()).noneMatch(Character::isISOControl);
    assertThat(alert.getJsonObject("annotations").getString("summary")).isEqualTo(shown);
  }

  private static Alert withLabels(Map<String, String> labels) {
    Alert alert = SampleAlerts.firing();
    return alert.withLabels(labels);
  }

  private JsonArray body(Alert alert) {
    return format.messages(SampleAlerts.of(alert), Optional.empty()).get(0).body().toJsonArray();
  }
}
