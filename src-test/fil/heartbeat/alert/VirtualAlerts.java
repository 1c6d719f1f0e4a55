package fil.heartbeat.alert;

import fil.heartbeat.aggregator.AggregatorVerticle;
import fil.heartbeat.aggregator.AggregatorView;
import fil.heartbeat.aggregator.Changes;
import fil.heartbeat.aggregator.ClockSteps;
import fil.heartbeat.aggregator.Overview;
import fil.heartbeat.alert.canary.CanarySink;
import fil.heartbeat.alert.model.AlertStats;
import fil.heartbeat.alert.model.Sink;
import fil.heartbeat.config.AlertsConfig;
import fil.heartbeat.config.SinkConfig;
import fil.heartbeat.history.AlertStore;
import io.vertx.core.Future;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** Alerts in virtual time, for tests of other rooms. */
public final class VirtualAlerts {
  private VirtualAlerts() {}

  /**
   * Alerts that run a round only on request.
   *
   * @param deaf a false clock for parts that are not informed when it is set; empty for the real
   *     behaviour
   */
  public static AlertVerticle of(
      AlertsConfig config,
      AggregatorVerticle aggregator,
      AlertStore store,
      Function<SinkConfig, Sink> sinks,
      Optional<InstantSource> deaf) {
    return new AlertVerticle(
        config,
        deaf.isPresent() ? deaf(aggregator) : aggregator,
        store,
        new VirtualProcess(aggregator, deaf.isPresent()),
        sinks,
        deaf.orElse(aggregator.clock().steady()),
        false,
        UnaryOperator.identity());
  }

  private static AggregatorView deaf(AggregatorView view) {
    return (AggregatorView)
        Proxy.newProxyInstance(
            VirtualAlerts.class.getClassLoader(),
            new Class<?>[] {AggregatorView.class},
            (proxy, method, arguments) -> {
              Object answer = method.invoke(view, arguments);
              return method.getName().equals("changesSince")
                  ? ((Future<?>) answer).map(changes -> deaf((Changes) changes))
                  : answer;
            });
  }

  private static Changes deaf(Changes told) {
    Overview now = told.overview();
    return new Changes(
        new Overview(
            now.at(),
            now.version(),
            now.warming(),
            now.networks(),
            now.accounts(),
            ClockSteps.NONE),
        told.complete(),
        told.nodes(),
        told.removed(),
        told.canary());
  }

  /** One second: a round and its deliveries. */
  public static Future<Void> second(AlertVerticle alerts) {
    return alerts.round().compose(done -> alerts.idle());
  }

  private record VirtualProcess(AggregatorVerticle aggregator, boolean deaf)
      implements ProcessHealth {
    @Override
    public Optional<Validity> certificate() {
      return Optional.empty();
    }

    @Override
    public Duration stepped() {
      return deaf ? Duration.ZERO : aggregator.clock().stepped();
    }

    @Override
    public List<String> deadPeers() {
      return List.of();
    }

    @Override
    public boolean isCanaryHealthy() {
      return true;
    }

    @Override
    public Optional<AlertStats.CanaryStats> canary() {
      return Optional.empty();
    }

    @Override
    public void canarySeen(long number) {}

    @Override
    public void canaryRuled(long number) {}

    @Override
    public Sink canarySink() {
      return new CanarySink(number -> {});
    }
  }
}
