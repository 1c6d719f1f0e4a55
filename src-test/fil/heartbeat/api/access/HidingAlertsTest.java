package fil.heartbeat.api.access;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.alert.model.AlertRule;
import fil.heartbeat.alert.model.AlertText;
import fil.heartbeat.alert.model.Severity;
import fil.heartbeat.config.HttpConfig.Hidden;
import fil.heartbeat.testing.FakeAlerts;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HidingAlertsTest {
  @ParameterizedTest
  @CsvSource({
    "BALANCE_LOW, BALANCES",
    "MESSAGES_STUCK, BALANCES",
    "POST_AT_RISK, PROVING",
    "SECTOR_FAULTS, PROVING",
    "VERSION_SPREAD, VERSIONS",
    "UPGRADE_NOT_READY, VERSIONS",
  })
  void anAlertAboutWhatIsHiddenHasNoWords(AlertRule rule, Hidden hidden) {
    assertThat(text(rule, Set.of(hidden))).isEqualTo(new AlertText(HiddenText.MASK, null));
    assertThat(text(rule, Set.of(Hidden.ADDRESSES)).summary()).contains(rule.label());
  }

  private static AlertText text(AlertRule rule, Set<Hidden> hidden) {
    return new Hiding(hidden)
        .masked(FakeAlerts.firing("1", rule, Severity.WARNING, "12D3KooWPeer"))
        .text();
  }
}
