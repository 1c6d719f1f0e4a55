package fil.heartbeat.alert.sink;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.alert.model.Alert;
import fil.heartbeat.alert.model.AlertRule;
import fil.heartbeat.alert.model.AlertStatus;
import fil.heartbeat.alert.model.Notification;
import fil.heartbeat.alert.model.Sink;
import fil.heartbeat.config.HttpConfig.Hidden;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HidingSinkTest {
  private static final String TEXT = "alice: worker f0502 has 1.2 FIL";

  private final List<Notification> taken = new ArrayList<>();
  private boolean closed;
  private final Sink receiver =
      new Sink() {
        @Override
        public Future<Void> deliver(Notification notification) {
          taken.add(notification);
          return Future.succeededFuture();
        }

        @Override
        public Future<Void> close() {
          closed = true;
          return Future.succeededFuture();
        }
      };

  private static Alert alert(AlertRule rule, String nickname) {
    Alert made = SampleAlerts.alert("a1", nickname, TEXT, AlertStatus.FIRING);
    return new Alert(
        new Alert.Origin("a1", "fa1", rule, made.peerId()),
        made.status(),
        made.severity(),
        made.labels(),
        made.text(),
        made.times(),
        made.handling());
  }

  private Alert received(Set<Hidden> hidden, Alert sent) {
    Notification notification =
        new Notification(
            "n1", "ops", "key", Map.of(), List.of(sent), List.of(sent.id()), SampleAlerts.NOW);
    assertThat(Sinks.hiding(hidden, receiver).deliver(notification).succeeded()).isTrue();
    Notification last = taken.get(taken.size() - 1);
    assertThat(last.withAlerts(List.of(sent))).isEqualTo(notification);
    return last.alerts().get(0);
  }

  @ParameterizedTest
  @CsvSource({
    "BALANCE_LOW,BALANCES",
    "MESSAGES_STUCK,BALANCES",
    "POST_AT_RISK,PROVING",
    "SECTOR_FAULTS,PROVING",
    "VERSION_SPREAD,VERSIONS",
    "UPGRADE_NOT_READY,VERSIONS"
  })
  void aReceiverReadsWhoAndWhichRuleAndNoMore(AlertRule rule, Hidden what) {
    Alert sent = alert(rule, "alice");
    Alert got = received(Set.of(what), sent);
    assertThat(got.summary()).isEqualTo("alice: " + rule.label());
    assertThat(got.detail()).contains("http.hide");
    assertThat(got.withText(sent.text())).isEqualTo(sent);
    assertThat(received(EnumSet.complementOf(EnumSet.of(what)), sent)).isEqualTo(sent);
  }

  @Test
  void otherRulesSayAllAndNothingHiddenIsNoDetour() {
    Alert sent = alert(AlertRule.NODE_SILENT, "alice");
    assertThat(received(EnumSet.allOf(Hidden.class), sent)).isEqualTo(sent);
    assertThat(Sinks.hiding(Set.of(), receiver)).isSameAs(receiver);
  }

  @Test
  void itIsClosedWithItsSink() {
    assertThat(Sinks.hiding(Set.of(Hidden.PROVING), receiver).close().succeeded()).isTrue();
    assertThat(closed).isTrue();
  }
}
