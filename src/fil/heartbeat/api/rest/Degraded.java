package fil.heartbeat.api.rest;

import fil.heartbeat.aggregator.Overview;
import fil.heartbeat.alert.AlertView;
import fil.heartbeat.context.Futures;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The faults that this process knows of, as one list for all routes. It is that of the rule {@code
 * AggregatorDegraded}; while no alerts are evaluated it holds what this process knows of itself.
 */
public final class Degraded {
  /** Less than the 10 s after which the page and most scrapers give up. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final Vertx vertx;
  private final Optional<AlertView> alerts;
  private final Supplier<Optional<String>> certificate;
  private final Duration patience;

  /**
   * @param certificate why clients refuse it; empty when they do not, or there is none
   */
  public Degraded(Vertx vertx, Optional<AlertView> alerts, Supplier<Optional<String>> certificate) {
    this(vertx, alerts, certificate, PATIENCE);
  }

  /**
   * @param patience how long the alert role may take, a millisecond at least
   */
  Degraded(
      Vertx vertx,
      Optional<AlertView> alerts,
      Supplier<Optional<String>> certificate,
      Duration patience) {
    this.vertx = vertx;
    this.alerts = alerts;
    this.certificate = certificate;
    this.patience = patience;
  }

  boolean raisesAlerts() {
    return raised(alerts);
  }

  /** Whether alerts are evaluated now. */
  public static boolean raised(Optional<AlertView> alerts) {
    return alerts.map(AlertView::isOn).orElse(false);
  }

  /**
   * Returns one line for each fault; empty when there is none. Never fails, and answers within 5 s
   * even if the alert role does not.
   *
   * @param now empty without an aggregator
   */
  public Future<List<String>> list(Optional<Overview> now) {
    List<String> own = new ArrayList<>(now.map(Overview::degraded).orElse(List.of()));
    certificate.get().ifPresent(own::add);
    return alerts
        .filter(AlertView::isOn)
        .map(this::ask)
        .orElse(Future.succeededFuture(own))
        .otherwise(
            failure -> {
              List<String> all = new ArrayList<>(own);
              all.add("the alert role does not answer");
              return all;
            });
  }

  private Future<List<String>> ask(AlertView view) {
    return Futures.within(
        vertx, vertx.getOrCreateContext(), Futures.call(view::degraded), patience);
  }
}
