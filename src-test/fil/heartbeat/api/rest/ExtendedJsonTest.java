package fil.heartbeat.api.rest;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.fleet.Finality;
import fil.heartbeat.fleet.NetworkReport;
import fil.heartbeat.fleet.UpgradeReadiness;
import fil.heartbeat.testing.FleetFixtures;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class ExtendedJsonTest {

  @Test
  void nodesThatAreNotReadyAreCountedBeyondThoseThatAreListed() {
    Instant now = Instant.parse("2026-01-01T00:00:00Z");
    UpgradeReadiness next =
        new UpgradeReadiness(
            2000, "FireHorse", now.plusSeconds(90), 3, List.of("a", "b"), 1_500, 7);
    NetworkReport report =
        FleetFixtures.report(false)
            .with(new NetworkReport.Extension(Finality.NONE, List.of(next), List.of()));
    JsonObject network =
        ExtendedJson.upgrades(List.of(report), now).getJsonArray("networks").getJsonObject(0);
    assertThat(network.getJsonArray("upgrades"))
        .containsExactly(
            new JsonObject(
                """
                {"height": 2000, "name": "FireHorse", "at": "2026-01-01T00:01:30.000Z",
                 "leftSeconds": 90, "ready": 3, "notReady": ["a", "b"], "notReadyCount": 1500,
                 "unknown": 7}"""));
  }
}
