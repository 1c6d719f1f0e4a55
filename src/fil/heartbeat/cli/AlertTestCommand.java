package fil.heartbeat.cli;

import fil.heartbeat.alert.model.Alert;
import fil.heartbeat.alert.model.AlertRule;
import fil.heartbeat.alert.model.AlertStatus;
import fil.heartbeat.alert.model.AlertText;
import fil.heartbeat.alert.model.DeliveryException;
import fil.heartbeat.alert.model.Notification;
import fil.heartbeat.alert.model.Severity;
import fil.heartbeat.alert.model.Sink;
import fil.heartbeat.alert.notify.MonitoredSink;
import fil.heartbeat.alert.sink.Sinks;
import fil.heartbeat.config.Config;
import fil.heartbeat.config.ConfigException;
import fil.heartbeat.config.SinkConfig;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.PrintStream;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Sends one sink a test notification and reports the result in one line. */
final class AlertTestCommand {
  private final Map<String, String> environment;
  private final PrintStream out;

  AlertTestCommand(Map<String, String> environment, PrintStream out) {
    this.environment = environment;
    this.out = out;
  }

  /**
   * Returns the exit code: 0 when the receiver accepted it, else 1.
   *
   * @throws ConfigException when there is no such sink
   */
  int run(Config config, Optional<String> name) {
    SinkConfig chosen = choose(config, name);
    Vertx vertx = OwnVertx.create();
    long started = System.nanoTime();
    String label = "sink " + chosen.name() + " type " + chosen.type().label();
    try {
      Sink sink =
          Sinks.create(
              vertx,
              chosen,
              environment,
              config.http().flatMap(http -> http.naming().externalUrl()));
      Void ignored =
          await(
              sink.deliver(notification(chosen.name(), Instant.now())),
              chosen.timeout().plus(MonitoredSink.GRACE).toMillis());
      out.println("ok: " + label + " answered in " + millis(started) + " ms");
      return Main.DONE;
    } catch (ExecutionException e) {
      out.println("failed: " + label + " after " + millis(started) + " ms: " + reason(e));
    } catch (TimeoutException e) {
      out.println("failed: " + label + " did not end within " + millis(started) + " ms");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      OwnVertx.close(vertx);
    }
    return Main.FAILURE;
  }

  private static SinkConfig choose(Config config, Optional<String> name) {
    List<SinkConfig> sinks =
        config.alerts().map(alerts -> alerts.delivery().sinks()).orElse(List.of());
    List<String> names = sinks.stream().map(SinkConfig::name).toList();
    return sinks.stream()
        .filter(each -> each.name().equals(name.orElse("")))
        .findFirst()
        .orElseThrow(
            () ->
                ConfigException.of(
                    "--sink",
                    name.orElse("(missing)"),
                    names.isEmpty()
                        ? "a name of alerts.sinks; there are none"
                        : "one of " + String.join(", ", names)));
  }

  /** Like a watchdog's notification, with a label that no other alert has. */
  private static Notification notification(String sink, Instant now) {
    String id = "test-" + UUID.randomUUID();
    Alert alert =
        new Alert(
            new Alert.Origin(id, id, AlertRule.WATCHDOG, null),
            AlertStatus.FIRING,
            Severity.INFO,
            Map.of(
                "alertname", AlertRule.WATCHDOG.label(),
                "severity", Severity.INFO.label(),
                "test", "true"),
            new AlertText(
                "test of the sink " + sink + " by operator",
                "Nothing is wrong: somebody ran the command `alert test`."),
            new Alert.Times(now, now, null),
            Alert.Handling.NONE);
    return new Notification(
        id, sink, id, Map.of("alertname", "Test"), List.of(alert), List.of(id), now);
  }

  private static String reason(ExecutionException failure) {
    if (failure.getCause() instanceof DeliveryException delivery) {
      String remedy =
          switch (delivery.kind()) {
            case UNREACHABLE -> "is the receiver up, and may this machine reach it?";
            case TIMEOUT -> "is the receiver overloaded? Else raise the sink's timeout";
            case LIMITED -> "try again later; lower the sink's maxPerMinute";
            case REFUSED -> "correct the sink's keys in alerts.sinks, or what they point to";
            case FAILED -> "try again; the receiver's own log says more";
          };
      return delivery.getMessage() + "; remedy: " + remedy;
    }
    return String.valueOf(failure.getMessage());
  }

  private static long millis(long started) {
    return (System.nanoTime() - started) / 1_000_000;
  }

  private static <T> T await(Future<T> future, long millis)
      throws ExecutionException, TimeoutException, InterruptedException {
    return future.toCompletionStage().toCompletableFuture().get(millis, TimeUnit.MILLISECONDS);
  }
}
