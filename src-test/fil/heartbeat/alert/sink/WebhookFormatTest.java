package fil.heartbeat.alert.sink;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.alert.model.Alert;
import fil.heartbeat.alert.model.AlertStatus;
import fil.heartbeat.alert.model.Notification;
import fil.heartbeat.testing.NastyStrings;
import fil.heartbeat.testing.NastyStrings.Nasty;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class WebhookFormatTest {
  private final WebhookFormat format = new WebhookFormat(Optional.of(SampleAlerts.PAGE));

  private static List<Nasty> nasty() {
    return NastyStrings.ALL;
  }

  @Test
  void theBodyIsThatOfAnAlertmanagerWebhook() {
    List<HttpMessage> messages =
        format.messages(
            SampleAlerts.of(SampleAlerts.firing(), SampleAlerts.over()), Optional.empty());
    assertThat(messages).hasSize(1);
    assertThat(messages.get(0).headers()).containsOnlyKeys("Idempotency-Key");
    assertThat(messages.get(0).headers()).containsEntry("Idempotency-Key", "9f2c");
    assertThat(messages.get(0).body().toString())
        .isEqualTo(
            """
            {"receiver":"ops","status":"firing","alerts":[\
            {"status":"firing",\
            "labels":{"alertname":"NodeSilent","miner":"f01234","network":"mainnet",\
            "nickname":"alice",\
            "peer_id":"12D3KooWDpJ7As7BWAwRMfu1VU2WCqNjvq387JEYKDBj4kx6nXTN",\
            "severity":"warning"},\
            "annotations":{"description":"Last beat at 14:03:05 UTC, the connection is open.",\
            "summary":"alice (f01234) does not beat"},\
            "startsAt":"2026-11-25T14:03:20Z","endsAt":"0001-01-01T00:00:00Z",\
            "generatorURL":"https://beats.example/fleet/\
            #/node/12D3KooWDpJ7As7BWAwRMfu1VU2WCqNjvq387JEYKDBj4kx6nXTN",\
            "fingerprint":"fa1"},\
            {"status":"resolved",\
            "labels":{"alertname":"NodeSilent","miner":"f01234","network":"mainnet",\
            "nickname":"bob",\
            "peer_id":"12D3KooWDpJ7As7BWAwRMfu1VU2WCqNjvq387JEYKDBj4kx6nXTN",\
            "severity":"warning"},\
            "annotations":{"description":"Last beat at 14:03:05 UTC, the connection is open.",\
            "summary":"bob (f01234) does not beat"},\
            "startsAt":"2026-11-25T14:03:20Z","endsAt":"2026-11-25T14:07:15.250Z",\
            "generatorURL":"https://beats.example/fleet/\
            #/node/12D3KooWDpJ7As7BWAwRMfu1VU2WCqNjvq387JEYKDBj4kx6nXTN",\
            "fingerprint":"fb2"}],\
            "groupLabels":{"alertname":"NodeSilent","network":"mainnet"},\
            "commonLabels":{"alertname":"NodeSilent","miner":"f01234","network":"mainnet",\
            "peer_id":"12D3KooWDpJ7As7BWAwRMfu1VU2WCqNjvq387JEYKDBj4kx6nXTN",\
            "severity":"warning"},\
            "commonAnnotations":{"description":\
            "Last beat at 14:03:05 UTC, the connection is open."},\
            "externalURL":"https://beats.example/fleet/","version":"4",\
            "groupKey":"NodeSilent/mainnet","truncatedAlerts":0}\
            """);
  }

  @Test
  void aFullyResolvedNotificationIsResolved() {
    JsonObject body = body(SampleAlerts.of(SampleAlerts.over()));
    assertThat(body.getString("status")).isEqualTo("resolved");
  }

  @Test
  void withoutAPageThereAreNoLinks() {
    JsonObject body =
        new WebhookFormat(Optional.empty())
            .messages(SampleAlerts.of(SampleAlerts.ofTheAggregator()), Optional.empty())
            .get(0)
            .body()
            .toJsonObject();
    assertThat(body.getString("externalURL")).isEmpty();
    JsonObject alert = body.getJsonArray("alerts").getJsonObject(0);
    assertThat(alert.getString("generatorURL")).isEmpty();
    assertThat(alert.getJsonObject("annotations").fieldNames()).containsExactly("summary");
  }

  @Test
  void theSeverityIsThePresentOne() {
    JsonObject body = body(SampleAlerts.of(SampleAlerts.critical(SampleAlerts.firing())));
    assertThat(body.getJsonObject("commonLabels").getString("severity")).isEqualTo("critical");
  }

  @ParameterizedTest
  @MethodSource("nasty")
  void claimsOfNodesStayInTheirField(Nasty nasty) {
    JsonObject body =
        body(
            SampleAlerts.of(SampleAlerts.alert("a", nasty.raw(), nasty.raw(), AlertStatus.FIRING)));
    JsonObject alert = body.getJsonArray("alerts").getJsonObject(0);
    String shown = alert.getJsonObject("labels").getString("nickname");
    assertThat(shown).startsWith(nasty.cleaned());
    assertThat(alert.getJsonObject("annotations").getString("summary")).isEqualTo(shown);
    assertThat(shown.codePoints()).noneMatch(Character::isISOControl);
    assertThat(alert.fieldNames())
        .containsExactly(
            "status", "labels", "annotations", "startsAt", "endsAt", "generatorURL", "fingerprint");
  }

  @Test
  void aSignatureIsTheHmacOfTheBody() throws NoSuchAlgorithmException {
    HttpMessage message =
        format.messages(SampleAlerts.of(SampleAlerts.firing()), Optional.of("se\u00E7ret")).get(0);
    assertThat(message.headers())
        .containsEntry(
            "X-Heartbeat-Signature", "sha256=" + hmac("se\u00E7ret", message.body().getBytes()));
    assertThat(message.toString()).doesNotContain("sha256", "alice");
  }

  /** RFC 2104, from its text. */
  private static String hmac(String key, byte[] body) throws NoSuchAlgorithmException {
    byte[] block = Arrays.copyOf(key.getBytes(StandardCharsets.UTF_8), 64);
    byte[] inner = block.clone();
    byte[] outer = block.clone();
    for (int i = 0; i < block.length; i++) {
      inner[i] ^= 0x36;
      outer[i] ^= 0x5c;
    }
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    digest.update(inner);
    byte[] within = digest.digest(body);
    digest.update(outer);
    return HexFormat.of().formatHex(digest.digest(within));
  }

  @Test
  void knownStatesAreLeftOutFirstAndCounted() {
    List<Alert> alerts = SampleAlerts.many(WebhookFormat.MAX_ALERTS + 7);
    List<HttpMessage> messages =
        format.messages(SampleAlerts.of(alerts, List.of("m1006")), Optional.empty());
    assertThat(messages).hasSize(1);
    JsonObject body = messages.get(0).body().toJsonObject();
    assertThat(body.getInteger("truncatedAlerts")).isEqualTo(7);
    JsonArray told = body.getJsonArray("alerts");
    assertThat(told.size()).isEqualTo(WebhookFormat.MAX_ALERTS);
    assertThat(told.getJsonObject(0).getString("fingerprint")).isEqualTo("fm1006");
  }

  @Test
  void newAlertsBeyondOneRequestAreSentInMore() {
    List<Alert> alerts = SampleAlerts.many(WebhookFormat.MAX_ALERTS + 1);
    List<HttpMessage> messages = format.messages(SampleAlerts.of(alerts), Optional.empty());
    assertThat(messages)
        .extracting(message -> message.headers().get("Idempotency-Key"))
        .containsExactly("9f2c", "9f2c.2");
    JsonObject last = messages.get(1).body().toJsonObject();
    assertThat(last.getJsonArray("alerts").size()).isEqualTo(1);
    assertThat(last.getInteger("truncatedAlerts")).isEqualTo(WebhookFormat.MAX_ALERTS);
  }

  private JsonObject body(Notification told) {
    return format.messages(told, Optional.empty()).get(0).body().toJsonObject();
  }
}
