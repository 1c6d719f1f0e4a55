package fil.heartbeat.api.feed;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.alert.model.Acknowledgement;
import fil.heartbeat.alert.model.Alert;
import fil.heartbeat.alert.model.AlertRule;
import fil.heartbeat.alert.model.AlertStatus;
import fil.heartbeat.alert.model.Severity;
import fil.heartbeat.testing.FakeAlerts;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FeedAlertsTest {
  private static final Alert FIRING =
      FakeAlerts.firing("one", AlertRule.NODE_FORKED, Severity.CRITICAL, "p");

  private final FeedAlerts feed = new FeedAlerts();

  private static List<JsonObject> events(String text) {
    return text.lines()
        .filter(line -> line.startsWith("data: "))
        .map(line -> new JsonObject(line.substring("data: ".length())))
        .toList();
  }

  private List<JsonObject> take(Alert... alerts) {
    return events(feed.take(List.of(alerts)));
  }

  @Test
  void eachStateIsSentOnce() {
    assertThat(take(FakeAlerts.firing("always", AlertRule.WATCHDOG, Severity.INFO, "p"))).isEmpty();
    assertThat(feed.take(List.of(FIRING))).startsWith("event: alert\ndata: {\"id\":\"one\",");
    assertThat(take(FIRING)).isEmpty();
    Alert seen =
        FakeAlerts.with(
            FIRING, AlertStatus.ACKNOWLEDGED, new Acknowledgement("anna", FakeAlerts.NOW, ""));
    assertThat(take(seen))
        .extracting(each -> each.getString("status"))
        .containsExactly("acknowledged");
    Alert over = FakeAlerts.with(FIRING, AlertStatus.RESOLVED, null);
    assertThat(take(over))
        .singleElement()
        .satisfies(
            each -> {
              assertThat(each.getString("status")).isEqualTo("resolved");
              assertThat(each.getDouble("durationSeconds")).isEqualTo(60.0);
            });
    assertThat(take()).isEmpty();
  }

  @Test
  void anAlertThatVanishesIsSentAsGone() {
    assertThat(take(FIRING)).hasSize(1);
    assertThat(take())
        .singleElement()
        .satisfies(
            each -> {
              assertThat(each.getString("id")).isEqualTo("one");
              assertThat(each.getBoolean("gone")).isTrue();
            });
    assertThat(take()).isEmpty();
  }

  @Test
  void aNewStreamGetsAllUnresolvedAlerts() {
    assertThat(feed.all()).isEmpty();
    assertThat(take(FIRING, FakeAlerts.with(named("two"), AlertStatus.RESOLVED, null))).hasSize(1);
    assertThat(events(feed.all().orElseThrow().toString()))
        .extracting(each -> each.getString("id"))
        .containsExactly("one");
    assertThat(take()).hasSize(1);
    assertThat(feed.all()).isEmpty();
  }

  @Test
  void onlyTheMostSevereAreSentBeyondTheLimit() {
    List<Alert> many = new ArrayList<>();
    for (int i = 0; i < FeedAlerts.MAX_ALERTS; i++) {
      many.add(named("a" + i));
    }
    many.add(FIRING);
    List<JsonObject> told = events(feed.take(many));
    assertThat(told).hasSize(FeedAlerts.MAX_ALERTS);
    assertThat(told.get(0).getString("id")).isEqualTo("one");
    assertThat(feed.all().orElseThrow().length()).isLessThan(FeedChannel.MAX_BYTES);
  }

  private static Alert named(String id) {
    return FakeAlerts.firing(id, AlertRule.NODE_BEHIND, Severity.WARNING, "p");
  }
}
