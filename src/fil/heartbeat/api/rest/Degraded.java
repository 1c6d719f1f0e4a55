package fil.heartbeat.api.rest;

import fil.heartbeat.aggregator.Overview;
import fil.heartbeat.alert.AlertView;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Why this process is not well: one list, for whoever asks. It is that of {@code
 * AggregatorDegraded}; while no alerts are raised it is what this process knows of itself.
 *
 * @param certificate why clients refuse it; empty when they do not, or there is none
 */
public record Degraded(Optional<AlertView> alerts, Supplier<Optional<String>> certificate) {

  boolean raisesAlerts() {
    return raised(alerts);
  }

  /** Whether alerts are raised now. */
  public static boolean raised(Optional<AlertView> alerts) {
    return alerts.map(AlertView::isOn).orElse(false);
  }

  /**
   * One line each; empty when it is well. Never fails.
   *
   * @param now empty without an aggregator
   */
  public Future<List<String>> list(Optional<Overview> now) {
    List<String> own = new ArrayList<>(now.map(Overview::degraded).orElse(List.of()));
    certificate.get().ifPresent(own::add);
    if (!raisesAlerts()) {
      return Future.succeededFuture(own);
    }
    return alerts
        .map(AlertView::degraded)
        .orElse(Future.succeededFuture(own))
        .otherwise(
            failure -> {
              List<String> all = new ArrayList<>(own);
              all.add("the alert role does not answer");
              return all;
            });
  }
}
