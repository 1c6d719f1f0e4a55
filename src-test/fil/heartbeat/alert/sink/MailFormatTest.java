package fil.heartbeat.alert.sink;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.alert.model.Alert;
import fil.heartbeat.alert.model.AlertStatus;
import fil.heartbeat.alert.model.Notification;
import fil.heartbeat.alert.sink.MailFormat.Letter;
import fil.heartbeat.testing.NastyStrings;
import fil.heartbeat.testing.NastyStrings.Nasty;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class MailFormatTest {
  private static final String FROM = "Heartbeat <beats@fleet.example>";
  private final MailFormat format = new MailFormat(Optional.of(SampleAlerts.PAGE));

  private static List<Nasty> nasty() {
    return NastyStrings.ALL;
  }

  @Test
  void aMailShowsSubjectSummaryStartAndDuration() {
    Letter letter =
        format.letter(SampleAlerts.of(SampleAlerts.firing(), SampleAlerts.over()), FROM);
    assertThat(letter.messageId()).isEqualTo("<9f2c@fleet.example>");
    assertThat(letter.subject()).isEqualTo("[FIRING:1, RESOLVED:1] NodeSilent mainnet");
    assertThat(letter.text())
        .isEqualTo(
            """
            warning: alice (f01234) does not beat
              since 2026-11-25 14:03:05 UTC
              Last beat at 14:03:05 UTC, the connection is open.
              https://beats.example/fleet/#/node/12D3KooWDpJ7As7BWAwRMfu1VU2WCqNjvq387JEYKDBj4kx6nXTN

            resolved: bob (f01234) does not beat
              after 4 min 10 s, from 2026-11-25 14:03:05 UTC to 2026-11-25 14:07:15 UTC
              Last beat at 14:03:05 UTC, the connection is open.
              https://beats.example/fleet/#/node/12D3KooWDpJ7As7BWAwRMfu1VU2WCqNjvq387JEYKDBj4kx6nXTN

            --\s
            Filecoin Heartbeat
            https://beats.example/fleet/
            """);
  }

  @Test
  void withoutAPageThereIsNoLink() {
    Letter letter =
        new MailFormat(Optional.empty())
            .letter(SampleAlerts.of(SampleAlerts.ofTheAggregator()), FROM);
    assertThat(letter.subject()).isEqualTo("[FIRING:1] FleetIsolated");
    assertThat(letter.text())
        .isEqualTo(
            """
            critical: 12 of 20 nodes were lost within 15 s
              since 2026-11-25 14:03:05 UTC

            --\s
            Filecoin Heartbeat
            """);
  }

  @Test
  void aFullyResolvedNotificationSaysSo() {
    assertThat(format.letter(SampleAlerts.of(SampleAlerts.over()), FROM).subject())
        .isEqualTo("[RESOLVED:1] NodeSilent mainnet");
  }

  @Test
  void twentyAlertsAreListedAndTheRestCounted() {
    Letter letter = format.letter(SampleAlerts.of(SampleAlerts.many(33)), FROM);
    assertThat(letter.subject()).isEqualTo("[FIRING:33] NodeSilent mainnet");
    assertThat(letter.text()).contains("node19 is silent").doesNotContain("node20 is silent");
    assertThat(letter.text()).contains("\n\nand 13 more\n\n");
  }

  @ParameterizedTest
  @CsvSource({
    "beats@fleet.example, <9f2c@fleet.example>",
    "Heartbeat <beats@fleet.example>, <9f2c@fleet.example>",
    "beats@fleet.example (Heartbeat), <9f2c@fleet.example>",
    "root, <9f2c@root>",
    "<>, <9f2c@filecoin-heartbeat>"
  })
  void theMessageIdIsThatOfTheNotification(String from, String id) {
    assertThat(format.letter(SampleAlerts.of(SampleAlerts.firing()), from).messageId())
        .isEqualTo(id);
  }

  @Test
  void anIdWithOtherCharactersStillMakesAMessageId() {
    Notification told = SampleAlerts.of(SampleAlerts.firing());
    Notification odd =
        new Notification(
            "a b>\r\nBcc: x",
            told.sink(),
            told.groupKey(),
            Map.of("alertname", "NodeSilent\r\nBcc: x", "network", "main\u2028net"),
            told.alerts(),
            told.news(),
            told.at());
    Letter letter = format.letter(odd, FROM);
    assertThat(letter.messageId()).isEqualTo("<a-b---Bcc--x@fleet.example>");
    assertThat(letter.subject()).isEqualTo("[FIRING:1] NodeSilent\uFFFD\uFFFDBcc: x main\uFFFDnet");
  }

  @ParameterizedTest
  @MethodSource("nasty")
  void claimsOfNodesStayInTheirLine(Nasty nasty) {
    Alert alert = SampleAlerts.alert("a", nasty.raw(), nasty.raw(), AlertStatus.FIRING);
    Letter letter = format.letter(SampleAlerts.of(alert), FROM);
    List<String> lines = letter.text().lines().toList();
    assertThat(lines).hasSize(8);
    assertThat(lines.get(0)).startsWith("warning: " + nasty.cleaned());
    assertThat(lines.get(1)).isEqualTo("  since 2026-11-25 14:03:05 UTC");
    assertThat(letter.subject()).isEqualTo("[FIRING:1] NodeSilent mainnet");
  }
}
