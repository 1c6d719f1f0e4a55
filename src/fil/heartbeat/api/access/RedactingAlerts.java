package fil.heartbeat.api.access;

import fil.heartbeat.alert.AlertView;
import fil.heartbeat.alert.model.Actor;
import fil.heartbeat.alert.model.Alert;
import fil.heartbeat.alert.model.AlertStats;
import fil.heartbeat.alert.model.ResolvedAlert;
import fil.heartbeat.alert.model.Selector;
import fil.heartbeat.alert.model.Silence;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The alerts after redaction. */
record RedactingAlerts(AlertView view, Hiding hiding) implements AlertView {
  @Override
  public boolean isOn() {
    return view.isOn();
  }

  @Override
  public Future<List<Alert>> alerts() {
    return view.alerts().map(found -> found.stream().map(hiding::masked).toList());
  }

  @Override
  public Future<List<ResolvedAlert>> resolved(
      @Nullable String peerId, @Nullable Instant before, int limit) {
    return view.resolved(peerId, before, limit)
        .map(found -> found.stream().map(hiding::masked).toList());
  }

  @Override
  public Future<Optional<Alert>> acknowledge(String id, Actor by, String comment) {
    return view.acknowledge(id, by, comment).map(found -> found.map(hiding::masked));
  }

  @Override
  public Future<List<Silence>> silences() {
    return view.silences().map(found -> found.stream().map(hiding::masked).toList());
  }

  @Override
  public Future<Silence> addSilence(
      Selector select, Instant startsAt, Instant endsAt, Actor author, String comment) {
    return view.addSilence(select, startsAt, endsAt, author, comment).map(hiding::masked);
  }

  @Override
  public Future<Boolean> expireSilence(String id, Actor by) {
    return view.expireSilence(id, by);
  }

  @Override
  public Future<List<String>> degraded() {
    return view.degraded().map(hiding::maskedLines);
  }

  @Override
  public Future<AlertStats> stats() {
    return view.stats().map(hiding::masked);
  }
}
