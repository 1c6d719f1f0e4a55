package fil.heartbeat.alert;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.alert.model.Alert;
import fil.heartbeat.alert.model.Notification;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Receivers identify alerts by these ids, and a repetition by the id of its notification. */
class AlertIdsTest {
  @Test
  void idsAreTheSameDigestsForever() {
    AlertScript script =
        AlertScript.withNodes(AlertScript.config(AlertScript.sink("ops")), "a", "b");
    script.silent("a");
    script.until(60);
    Notification first = script.sent.get(0);
    Alert alert = first.alerts().get(0);
    assertThat(
            List.of(
                first.at().toString(),
                first.groupKey(),
                first.id(),
                alert.activeAt().toString(),
                alert.id(),
                alert.fingerprint()))
        .containsExactly(
            "2026-01-05T12:00:40Z",
            "NodeSilent/mainnet",
            "229228c1c039de8a",
            "2026-01-05T12:00:20Z",
            "9a67ea50296b9f0b",
            "c2c4d372539d2ba2");
  }
}
