package fil.heartbeat.alert;

import static fil.heartbeat.alert.AlertScript.sink;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fil.heartbeat.alert.model.Acknowledgement;
import fil.heartbeat.alert.model.AlertRule;
import fil.heartbeat.alert.model.AlertStatus;
import fil.heartbeat.alert.model.Selector;
import fil.heartbeat.alert.model.Silence;
import fil.heartbeat.alert.state.MaintenanceWindow;
import fil.heartbeat.alert.state.Silences;
import fil.heartbeat.config.AlertsConfig;
import fil.heartbeat.fleet.ChainState;
import fil.heartbeat.testing.CanIgnoreReturnValue;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Silences, maintenance windows and acknowledgement. */
class QuietTest {
  private static final AlertsConfig CONFIG = AlertScript.config(sink("ops"));

  private final AlertScript script = AlertScript.withNodes(CONFIG, "a", "b");

  @CanIgnoreReturnValue
  private Silence silence(String node, int from, int to) {
    return script.engine.addSilence(
        new Selector(Map.of("nickname", List.of(node))),
        script.now.plusSeconds(from),
        script.now.plusSeconds(to),
        "alice",
        "upgrade",
        script.now);
  }

  @Test
  void aSilencedAlertIsSentWhenTheSilenceEndsIfItStillFires() {
    silence("a", 0, 100);
    script.silent("a", "b");
    script.until(300);
    assertThat(script.lines)
        .containsExactly("20s ops NodeSilent/mainnet +b", "105s ops NodeSilent/mainnet +a =b");
  }

  @Test
  void anAlertThatEndsWithinTheSilenceIsNotSent() {
    silence("a", 0, 100);
    script.silent("a");
    script.until(50);
    script.beat("a");
    script.until(300);
    assertThat(script.lines).isEmpty();
    assertThat(script.ended).hasSize(1);
  }

  @Test
  void aResolutionIsSentInSpiteOfASilence() {
    script.silent("a");
    script.until(30);
    silence("a", 0, 1000);
    script.until(60);
    script.beat("a");
    script.until(100);
    assertThat(script.lines)
        .containsExactly("20s ops NodeSilent/mainnet +a", "76s ops NodeSilent/mainnet -a");
  }

  @Test
  void aFutureSilenceMutesFromItsStart() {
    silence("a", 100, 200);
    script.silent("a");
    script.until(50);
    script.beat("a");
    script.until(110);
    script.silent("a");
    script.until(150);
    assertThat(script.lines)
        .containsExactly("20s ops NodeSilent/mainnet +a", "66s ops NodeSilent/mainnet -a");
    assertThat(script.engine.alerts())
        .filteredOn(alert -> alert.rule() == AlertRule.NODE_SILENT)
        .singleElement()
        .satisfies(alert -> assertThat(alert.suppressedBy()).startsWith("silence "));
  }

  @Test
  void aSilenceEndedByHandMutesNoMore() {
    Silence silence = silence("a", 0, 1000);
    script.silent("a");
    script.until(50);
    assertThat(script.engine.expireSilence(silence.id(), script.now)).isTrue();
    assertThat(script.engine.expireSilence(silence.id(), script.now)).isFalse();
    script.until(100);
    assertThat(script.lines).containsExactly("56s ops NodeSilent/mainnet +a");
    assertThat(script.engine.silences(script.now))
        .singleElement()
        .extracting(Silence::author)
        .isEqualTo("alice");
    assertThat(script.engine.silences(script.now.plusSeconds(2 * 86_400))).isEmpty();
  }

  @Test
  void aSilenceSurvivesARestart() {
    silence("a", 0, 1000);
    script.run(1);
    script.restart();
    script.silent("a");
    script.until(500);
    assertThat(script.lines).isEmpty();
    assertThat(script.engine.silences(script.now)).hasSize(1);
  }

  @Test
  void badSilencesAreRefused() {
    assertThatThrownBy(() -> silence("a", 10, 10))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("after startsAt");
    assertThatThrownBy(() -> silence("a", 0, 400 * 86_400))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at most a year");
  }

  @Test
  void atMostOneThousandSilencesAreAccepted() {
    for (int i = 0; i < Silences.MAX_SILENCES; i++) {
      silence("x" + i, 0, i == 0 ? 10 : 10_000);
    }
    assertThatThrownBy(() -> silence("y", 0, 10)).isInstanceOf(IllegalStateException.class);
    script.until(20);
    // The first has ended and makes room.
    assertThat(silence("y", 0, 10).author()).isEqualTo("alice");
  }

  @Test
  void anAcknowledgedAlertStaysSoAndIsResolvedAsAnyOther() {
    script.chain("a", ChainState.FORKED);
    script.until(10);
    String id = script.sent.get(0).alerts().get(0).id();
    assertThat(script.engine.acknowledge("nonsense", "bob", "", script.now)).isEmpty();
    assertThat(script.engine.acknowledge(id, "bob", "on it", script.now))
        .get()
        .satisfies(alert -> assertThat(alert.status()).isEqualTo(AlertStatus.ACKNOWLEDGED));
    script.until(20);
    script.restart();
    script.until(100);
    assertThat(script.engine.alerts())
        .filteredOn(alert -> alert.id().equals(id))
        .singleElement()
        .satisfies(
            alert -> {
              assertThat(alert.status()).isEqualTo(AlertStatus.ACKNOWLEDGED);
              assertThat(alert.acknowledgement())
                  .isEqualTo(
                      new Acknowledgement("bob", AlertScript.START.plusSeconds(31), "on it"));
            });
    script.chain("a", ChainState.OK);
    script.until(200);
    assertThat(script.lines)
        .containsExactly("5s ops NodeForked/mainnet !a", "116s ops NodeForked/mainnet -a");
    assertThat(script.engine.acknowledge(id, "bob", "", script.now)).isEmpty();
  }

  @Test
  void aMaintenanceWindowSuppressesSelectedAlerts() {
    // 12:00:20 is second 0.
    script.config(
        CONFIG.withMaintenance(
            List.of(
                new AlertsConfig.Maintenance(
                    "noon",
                    new Selector(Map.of("nickname", List.of("a"))),
                    Set.of(DayOfWeek.MONDAY),
                    LocalTime.of(11, 0),
                    LocalTime.of(12, 5),
                    ZoneId.of("UTC")))));
    script.silent("a", "b");
    script.until(600);
    assertThat(script.lines)
        .containsExactly("20s ops NodeSilent/mainnet +b", "285s ops NodeSilent/mainnet +a =b");
  }

  /** Clocks in Berlin went forward on 29 March 2026 at 2:00, and go back on 25 October at 3:00. */
  @ParameterizedTest
  @CsvSource({
    // Over midnight, begun on a Friday: open on Saturday morning, not on Saturday evening.
    "FRIDAY, 22:00, 02:00, 2026-01-09T20:59:59Z, false",
    "FRIDAY, 22:00, 02:00, 2026-01-09T21:00:00Z, true",
    "FRIDAY, 22:00, 02:00, 2026-01-10T00:59:59Z, true",
    "FRIDAY, 22:00, 02:00, 2026-01-10T01:00:00Z, false",
    "FRIDAY, 22:00, 02:00, 2026-01-10T22:00:00Z, false",
    // A whole day.
    "FRIDAY, 00:00, 00:00, 2026-01-08T23:00:00Z, true",
    "FRIDAY, 00:00, 00:00, 2026-01-09T22:59:59Z, true",
    "FRIDAY, 00:00, 00:00, 2026-01-09T23:00:00Z, false",
    // Summer: the same local time is another instant.
    "WEDNESDAY, 22:00, 23:00, 2026-07-01T20:00:00Z, true",
    "WEDNESDAY, 22:00, 23:00, 2026-07-01T21:00:00Z, false",
    // The skipped hour: 2:00 to 4:00 is one hour long.
    "SUNDAY, 02:00, 04:00, 2026-03-29T00:59:59Z, false",
    "SUNDAY, 02:00, 04:00, 2026-03-29T01:00:00Z, true",
    "SUNDAY, 02:00, 04:00, 2026-03-29T01:59:59Z, true",
    "SUNDAY, 02:00, 04:00, 2026-03-29T02:00:00Z, false",
    // The repeated hour: 2:00 to 3:00 is two hours long.
    "SUNDAY, 02:00, 03:00, 2026-10-24T23:59:59Z, false",
    "SUNDAY, 02:00, 03:00, 2026-10-25T00:00:00Z, true",
    "SUNDAY, 02:00, 03:00, 2026-10-25T01:59:59Z, true",
    "SUNDAY, 02:00, 03:00, 2026-10-25T02:00:00Z, false",
    "SUNDAY, 02:00, 02:30, 2026-10-25T01:29:59Z, true",
    "SUNDAY, 02:00, 02:30, 2026-10-25T01:30:00Z, false",
  })
  void aWindowIsOpenByLocalTime(
      DayOfWeek day, LocalTime from, LocalTime to, Instant at, boolean open) {
    MaintenanceWindow window =
        new MaintenanceWindow(
            new AlertsConfig.Maintenance(
                "nightly", Selector.ALL, Set.of(day), from, to, ZoneId.of("Europe/Berlin")));
    assertThat(window.holds(at)).isEqualTo(open);
  }

  @Test
  void aWindowWithoutDaysComesEachDay() {
    MaintenanceWindow window =
        new MaintenanceWindow(
            new AlertsConfig.Maintenance(
                "nightly",
                Selector.ALL,
                Set.of(),
                LocalTime.of(23, 0),
                LocalTime.of(1, 0),
                ZoneId.of("UTC")));
    for (int day = 1; day < 29; day++) {
      assertThat(window.holds(Instant.parse("2026-02-%02dT00:30:00Z".formatted(day)))).isTrue();
      assertThat(window.holds(Instant.parse("2026-02-%02dT22:59:59Z".formatted(day)))).isFalse();
    }
  }
}
