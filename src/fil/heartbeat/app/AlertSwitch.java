package fil.heartbeat.app;

import fil.heartbeat.aggregator.AggregatorVerticle;
import fil.heartbeat.alert.AlertView;
import fil.heartbeat.alert.Validity;
import fil.heartbeat.alert.model.Actor;
import fil.heartbeat.alert.model.Alert;
import fil.heartbeat.alert.model.AlertStats;
import fil.heartbeat.alert.model.ResolvedAlert;
import fil.heartbeat.alert.model.Selector;
import fil.heartbeat.alert.model.Silence;
import fil.heartbeat.alert.state.AlertCodec;
import fil.heartbeat.config.AlertsConfig;
import fil.heartbeat.config.Config;
import fil.heartbeat.history.AlertStore;
import fil.heartbeat.libp2p.Multiaddr;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns the alert role on and off while the aggregator runs. As a view it shows the role that is
 * on; with none there are no alerts but those that are over.
 */
final class AlertSwitch implements AlertView {
  private static final Logger log = LoggerFactory.getLogger(AlertSwitch.class);

  private final Vertx vertx;
  private final AggregatorVerticle aggregator;
  private final Multiaddr target;
  private final AlertStore store;
  private final Supplier<Optional<Validity>> certificate;
  private volatile @Nullable AlertRole role;

  /**
   * @param certificate when that of the HTTP server is valid; empty without one
   */
  AlertSwitch(
      Vertx vertx,
      AggregatorVerticle aggregator,
      Multiaddr target,
      AlertStore store,
      Supplier<Optional<Validity>> certificate) {
    this.vertx = vertx;
    this.aggregator = aggregator;
    this.target = target;
    this.store = store;
    this.certificate = certificate;
  }

  /**
   * Goes on as a configuration says. After a failure it goes on as before, or off when it was.
   *
   * @param whole of the process
   */
  Future<Void> apply(Config whole) {
    Optional<AlertsConfig> next = whole.alerts();
    AlertRole running = role;
    if (next.isEmpty()) {
      return stop();
    }
    if (running != null) {
      return running.apply(next.get());
    }
    AlertRole made =
        new AlertRole(
            vertx, whole, next.get(), aggregator, target, store, System.getenv(), certificate);
    return made.start()
        .onSuccess(up -> role = made)
        .recover(failure -> made.stop().compose(down -> Future.failedFuture(failure)));
  }

  /** Whether it went on as a changed configuration says. Never fails: no node is to wait for it. */
  Future<Boolean> reload(Config whole) {
    return apply(whole)
        .map(applied -> true)
        .otherwise(
            failure -> {
              log.error(
                  "alerts not applied, will retry with the next change cause={}",
                  failure.getMessage());
              return false;
            });
  }

  /** Never fails. */
  Future<Void> stop() {
    AlertRole running = role;
    role = null;
    if (running == null) {
      return Future.succeededFuture();
    }
    return running.stop().onSuccess(down -> log.info("alerting stopped"));
  }

  private Optional<AlertView> view() {
    return Optional.ofNullable(role).map(AlertRole::view);
  }

  @Override
  public boolean isOn() {
    return role != null;
  }

  @Override
  public Future<List<Alert>> alerts() {
    return view().map(AlertView::alerts).orElse(Future.succeededFuture(List.of()));
  }

  @Override
  public Future<List<ResolvedAlert>> resolved(
      @Nullable String peerId, @Nullable Instant before, int limit) {
    return AlertCodec.resolved(store, peerId, before, limit);
  }

  @Override
  public Future<Optional<Alert>> acknowledge(String id, Actor by, String comment) {
    return view()
        .map(on -> on.acknowledge(id, by, comment))
        .orElse(Future.succeededFuture(Optional.empty()));
  }

  @Override
  public Future<List<Silence>> silences() {
    return view().map(AlertView::silences).orElse(Future.succeededFuture(List.of()));
  }

  @Override
  public Future<Silence> addSilence(
      Selector select, Instant startsAt, Instant endsAt, Actor author, String comment) {
    return view()
        .map(on -> on.addSilence(select, startsAt, endsAt, author, comment))
        .orElse(Future.failedFuture(new IllegalStateException("no alerts are raised")));
  }

  @Override
  public Future<Boolean> expireSilence(String id, Actor by) {
    return view().map(on -> on.expireSilence(id, by)).orElse(Future.succeededFuture(false));
  }

  @Override
  public Future<List<String>> degraded() {
    return view().map(AlertView::degraded).orElse(Future.succeededFuture(List.of()));
  }

  @Override
  public Future<AlertStats> stats() {
    return view()
        .map(AlertView::stats)
        .orElse(Future.succeededFuture(new AlertStats(Map.of(), 0, List.of(), null)));
  }
}
