package fil.heartbeat.alert.sink;

import fil.heartbeat.alert.model.Acknowledgement;
import fil.heartbeat.alert.model.Alert;
import fil.heartbeat.alert.model.AlertRule;
import fil.heartbeat.alert.model.AlertStatus;
import fil.heartbeat.alert.model.AlertText;
import fil.heartbeat.alert.model.Notification;
import fil.heartbeat.alert.model.Severity;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Sample notifications. */
final class SampleAlerts {
  static final Instant SEEN = Instant.parse("2026-11-25T14:03:05Z");
  static final Instant FIRED = Instant.parse("2026-11-25T14:03:20Z");
  static final Instant OVER = Instant.parse("2026-11-25T14:07:15.250Z");
  static final Instant NOW = Instant.parse("2026-11-25T14:07:25Z");
  static final String PEER = "12D3KooWDpJ7As7BWAwRMfu1VU2WCqNjvq387JEYKDBj4kx6nXTN";
  static final String PAGE = "https://beats.example/fleet/";

  private SampleAlerts() {}

  static Alert firing() {
    return alert("a1", "alice", "alice (f01234) does not beat", AlertStatus.FIRING);
  }

  static Alert over() {
    return alert("b2", "bob", "bob (f01234) does not beat", AlertStatus.RESOLVED);
  }

  static Alert alert(String id, String nickname, String summary, AlertStatus status) {
    return new Alert(
        new Alert.Origin(id, "f" + id, AlertRule.NODE_SILENT, PEER),
        status,
        Severity.WARNING,
        Map.of(
            "alertname", "NodeSilent",
            "severity", "warning",
            "network", "mainnet",
            "peer_id", PEER,
            "nickname", nickname,
            "miner", "f01234"),
        new AlertText(summary, "Last beat at 14:03:05 UTC, the connection is open."),
        new Alert.Times(SEEN, FIRED, status == AlertStatus.RESOLVED ? OVER : null),
        Alert.Handling.NONE);
  }

  static Alert acknowledged(Alert alert, String by) {
    return alert
        .withStatus(AlertStatus.ACKNOWLEDGED)
        .withHandling(alert.handling().withAcknowledgement(new Acknowledgement(by, NOW, "")));
  }

  /** The same, of a higher severity than was delivered. */
  static Alert critical(Alert alert) {
    Map<String, Alert.Delivery> before =
        Map.of("ops", new Alert.Delivery(AlertStatus.FIRING, Severity.WARNING, FIRED));
    return alert
        .withSeverity(Severity.CRITICAL)
        .withHandling(new Alert.Handling(alert.acknowledgement(), alert.suppressedBy(), before));
  }

  /** Not about a node, and with only a summary. */
  static Alert ofTheAggregator() {
    return new Alert(
        new Alert.Origin("c3", "fc3", AlertRule.FLEET_ISOLATED, null),
        AlertStatus.FIRING,
        Severity.CRITICAL,
        Map.of("alertname", "FleetIsolated", "severity", "critical"),
        new AlertText("12 of 20 nodes were lost within 15 s", null),
        new Alert.Times(SEEN, FIRED, null),
        Alert.Handling.NONE);
  }

  static List<Alert> many(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> alert("m" + i, "node" + i, "node" + i + " is silent", AlertStatus.FIRING))
        .toList();
  }

  /** All of them with new states. */
  static Notification of(List<Alert> alerts) {
    return of(alerts, alerts.stream().map(Alert::id).toList());
  }

  static Notification of(Alert... alerts) {
    return of(List.of(alerts));
  }

  static Notification of(List<Alert> alerts, List<String> news) {
    Map<String, String> labels =
        alerts.get(0).peerId() == null
            ? Map.of("alertname", alerts.get(0).rule().label())
            : Map.of("alertname", alerts.get(0).rule().label(), "network", "mainnet");
    return new Notification("9f2c", "ops", "NodeSilent/mainnet", labels, alerts, news, NOW);
  }
}
