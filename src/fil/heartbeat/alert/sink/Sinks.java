package fil.heartbeat.alert.sink;

import fil.heartbeat.alert.Sink;
import fil.heartbeat.config.SinkConfig;
import io.vertx.core.Vertx;
import io.vertx.core.net.TrustOptions;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Makes sinks. */
public final class Sinks {
  private Sinks() {}

  /**
   * The sink of a configuration. It holds connections until it is closed.
   *
   * @param environment where secrets may be
   * @param externalUrl where the dashboard is, for links; empty for none
   * @throws IllegalArgumentException when the configuration lacks what its type needs
   */
  public static Sink create(
      Vertx vertx,
      SinkConfig config,
      Map<String, String> environment,
      Optional<String> externalUrl) {
    return create(vertx, config, environment, externalUrl, null);
  }

  /** The same, trusting other certificates than the platform does. */
  static Sink create(
      Vertx vertx,
      SinkConfig config,
      Map<String, String> environment,
      Optional<String> externalUrl,
      @Nullable TrustOptions trust) {
    Format format =
        switch (config.type()) {
          case WEBHOOK -> new WebhookFormat(externalUrl);
          case SLACK, PAGERDUTY, ALERTMANAGER, EMAIL ->
              throw new IllegalArgumentException(config.type() + " is not made yet");
        };
    if (config.url().isEmpty()) {
      throw new IllegalArgumentException(
          "sink " + config.name() + " has no url (expected: https://…)");
    }
    return new HttpSink(vertx, config, format, new Secrets(config, environment, ""), trust);
  }
}
