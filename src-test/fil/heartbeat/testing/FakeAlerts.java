package fil.heartbeat.testing;

import fil.heartbeat.alert.AlertView;
import fil.heartbeat.alert.model.Acknowledgement;
import fil.heartbeat.alert.model.Actor;
import fil.heartbeat.alert.model.Alert;
import fil.heartbeat.alert.model.AlertRule;
import fil.heartbeat.alert.model.AlertStats;
import fil.heartbeat.alert.model.AlertStatus;
import fil.heartbeat.alert.model.AlertText;
import fil.heartbeat.alert.model.ResolvedAlert;
import fil.heartbeat.alert.model.Selector;
import fil.heartbeat.alert.model.Severity;
import fil.heartbeat.alert.model.Silence;
import fil.heartbeat.alert.state.AlertCodec;
import fil.heartbeat.history.ResolvedRow;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Alerts as the alert role would tell them; what is done to them is kept. Thread-safe. */
public class FakeAlerts implements AlertView {
  public static final Instant NOW = FleetFixtures.NOW;

  private final List<Alert> alerts = new ArrayList<>();
  private final List<ResolvedRow> ended = new ArrayList<>();
  private final List<Silence> silences = new ArrayList<>();
  private AlertStats stats = new AlertStats(Map.of(), 0.25, List.of(), null);
  private List<String> degraded = List.of();
  private int made;

  /** One that fires since a minute before {@link #NOW}, told to {@code ops}. */
  public static Alert firing(String id, AlertRule rule, Severity severity, String peerId) {
    return new Alert(
        new Alert.Origin(id, rule.label() + ' ' + peerId, rule, peerId),
        AlertStatus.FIRING,
        severity,
        Map.of(
            "alertname",
            rule.label(),
            "severity",
            severity.label(),
            "network",
            "mainnet",
            "peer_id",
            peerId,
            "nickname",
            "alice",
            "miner",
            "f01000"),
        new AlertText("alice (f01000): " + rule.label(), "last seen at /ip4/192.0.2.7/tcp/1"),
        new Alert.Times(NOW.minusSeconds(75), NOW.minusSeconds(60), null),
        new Alert.Handling(
            null,
            null,
            Map.of("ops", new Alert.Delivery(AlertStatus.FIRING, severity, NOW.minusSeconds(55)))));
  }

  /** The same with another status and times that fit to it. */
  public static Alert with(Alert alert, AlertStatus status, @Nullable Acknowledgement by) {
    return alert
        .withStatus(status)
        .withTimes(
            new Alert.Times(
                alert.activeAt(),
                status == AlertStatus.PENDING ? null : alert.startsAt(),
                status == AlertStatus.RESOLVED ? NOW : null))
        .withHandling(alert.handling().withAcknowledgement(by));
  }

  /** One that lasted 90 s. */
  public static ResolvedRow over(String id, AlertRule rule, String peerId, Instant endsAt) {
    return new ResolvedRow(
        id,
        rule.label(),
        "warning",
        peerId,
        endsAt.minusSeconds(90),
        endsAt,
        "alice (f01000): " + rule.label(),
        """
        {"activeAt":"2026-01-02T03:00:00Z","detail":"f01000 was seen","labels":{"miner":"f01000","nickname":"alice"},\
        "acknowledgement":{"by":"ops","at":"2026-01-02T03:01:00Z","comment":"on it"}}\
        """);
  }

  @CanIgnoreReturnValue
  public synchronized FakeAlerts add(Alert alert) {
    alerts.removeIf(each -> each.id().equals(alert.id()));
    alerts.add(alert);
    return this;
  }

  @CanIgnoreReturnValue
  public synchronized FakeAlerts remove(String id) {
    alerts.removeIf(each -> each.id().equals(id));
    return this;
  }

  @CanIgnoreReturnValue
  public synchronized FakeAlerts add(ResolvedRow alert) {
    ended.add(alert);
    ended.sort(Comparator.comparing(ResolvedRow::endsAt).reversed());
    return this;
  }

  @CanIgnoreReturnValue
  public synchronized FakeAlerts stats(AlertStats next) {
    stats = next;
    return this;
  }

  @CanIgnoreReturnValue
  public synchronized FakeAlerts degraded(List<String> why) {
    degraded = List.copyOf(why);
    return this;
  }

  @Override
  public synchronized Future<List<String>> degraded() {
    return Future.succeededFuture(degraded);
  }

  @Override
  public synchronized Future<List<Alert>> alerts() {
    return Future.succeededFuture(List.copyOf(alerts));
  }

  @Override
  public synchronized Future<List<ResolvedAlert>> resolved(
      @Nullable String peerId, @Nullable Instant before, int limit) {
    return Future.succeededFuture(
        ended.stream()
            .filter(each -> peerId == null || peerId.equals(each.peerId()))
            .filter(each -> before == null || each.endsAt().isBefore(before))
            .limit(limit)
            .map(AlertCodec::resolved)
            .toList());
  }

  @Override
  public synchronized Future<Optional<Alert>> acknowledge(String id, Actor by, String comment) {
    Optional<Alert> found =
        alerts.stream()
            .filter(each -> each.id().equals(id) && each.status().isFiring())
            .findFirst()
            .map(
                each ->
                    with(
                        each,
                        AlertStatus.ACKNOWLEDGED,
                        new Acknowledgement(by.name(), NOW, comment)));
    found.ifPresent(this::add);
    return Future.succeededFuture(found);
  }

  @Override
  public synchronized Future<List<Silence>> silences() {
    return Future.succeededFuture(List.copyOf(silences));
  }

  @Override
  public synchronized Future<Silence> addSilence(
      Selector select, Instant startsAt, Instant endsAt, Actor author, String comment) {
    if (silences.size() == 2) {
      return Future.failedFuture(new IllegalStateException("2 silences (expected: at most 2)"));
    }
    Silence silence =
        new Silence("silence-" + ++made, select, startsAt, endsAt, author.name(), comment);
    silences.add(silence);
    return Future.succeededFuture(silence);
  }

  @Override
  public synchronized Future<Boolean> expireSilence(String id, Actor by) {
    return Future.succeededFuture(silences.removeIf(each -> each.id().equals(id)));
  }

  @Override
  public synchronized Future<AlertStats> stats() {
    return Future.succeededFuture(stats);
  }
}
