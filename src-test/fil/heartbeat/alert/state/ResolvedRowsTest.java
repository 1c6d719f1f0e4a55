package fil.heartbeat.alert.state;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.alert.model.ResolvedAlert.Acknowledged;
import fil.heartbeat.alert.model.ResolvedAlert.Delivered;
import fil.heartbeat.alert.model.ResolvedAlert.Details;
import fil.heartbeat.history.ResolvedRow;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Rows of the history that another version wrote, or that are damaged. */
class ResolvedRowsTest {
  private static final Instant START = Instant.parse("2026-01-02T03:04:05Z");

  private static Details details(String body) {
    return AlertCodec.resolved(
            new ResolvedRow(
                "id", "NodeNew", "grave", null, START, START.plusSeconds(60), "summary", body))
        .details()
        .get();
  }

  /** An unreadable time must not be shown as the alert's. */
  @Test
  void unreadablePartsAreAbsent() {
    Details details =
        details(
            """
            {"activeAt":"yesterday","detail":7,"labels":{"network":"mainnet","tier":1},
            "acknowledgement":{"by":"ann","at":"noon","comment":2},
            "told":{"ops":{"status":"RESOLVED","at":"noon"},"pager":{"status":"seen","at":1},
            "mail":3}}""");
    assertThat(details.activeAt()).isNull();
    assertThat(details.text().detail()).isNull();
    assertThat(details.labels()).isEqualTo(Map.of("network", "mainnet"));
    assertThat(details.acknowledgement()).isEqualTo(new Acknowledged("ann", null, null));
    assertThat(details.deliveries())
        .isEqualTo(
            Map.of(
                "ops",
                new Delivered("resolved", null),
                "pager",
                new Delivered("seen", Instant.ofEpochMilli(1))));
  }

  @Test
  void invalidJsonLeavesTheColumns() {
    Details details = details("{\"labels\":");
    assertThat(details.text().summary()).isEqualTo("summary");
    assertThat(details.labels()).isEmpty();
    assertThat(details.acknowledgement()).isNull();
    assertThat(details.deliveries()).isEmpty();
  }
}
