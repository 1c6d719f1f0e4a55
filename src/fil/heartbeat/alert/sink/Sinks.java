package fil.heartbeat.alert.sink;

import fil.heartbeat.alert.model.Sink;
import fil.heartbeat.config.SinkConfig;
import io.vertx.core.Vertx;
import io.vertx.core.net.TrustOptions;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Creates sinks. */
public final class Sinks {
  private Sinks() {}

  /**
   * The sink of a configuration. It holds connections until it is closed.
   *
   * @param environment may hold secrets
   * @param externalUrl of the dashboard, with a slash at the end, for links; empty for none
   * @throws IllegalArgumentException when the configuration lacks what its type needs
   */
  public static Sink create(
      Vertx vertx,
      SinkConfig config,
      Map<String, String> environment,
      Optional<String> externalUrl) {
    return create(vertx, config, environment, externalUrl, null);
  }

  /** Creates a sink that trusts other certificates than the platform does. */
  static Sink create(
      Vertx vertx,
      SinkConfig config,
      Map<String, String> environment,
      Optional<String> externalUrl,
      @Nullable TrustOptions trust) {
    return create(vertx, config, environment, externalUrl, trust, Limit.of(config));
  }

  /** Creates a sink with another limit than the configured one. */
  static Sink create(
      Vertx vertx,
      SinkConfig config,
      Map<String, String> environment,
      Optional<String> externalUrl,
      @Nullable TrustOptions trust,
      Limit limit) {
    SinkSecrets secrets = new SinkSecrets(config, environment, PagerDutyFormat.USUAL_URL);
    return switch (config.type()) {
      case WEBHOOK -> {
        check(config, config.url().isPresent(), "url", "https://…");
        yield new HttpSink(vertx, config, new WebhookFormat(externalUrl), secrets, trust, limit);
      }
      case SLACK -> {
        check(config, config.url().isPresent(), "url", "https://…, from Slack's incoming webhooks");
        yield new HttpSink(vertx, config, new SlackFormat(externalUrl), secrets, trust, limit);
      }
      case PAGERDUTY -> {
        check(config, config.secret().isPresent(), "secret", "the routing key of an integration");
        yield new HttpSink(vertx, config, new PagerDutyFormat(externalUrl), secrets, trust, limit);
      }
      case ALERTMANAGER -> {
        check(config, config.url().isPresent(), "url", "http://<host>:9093");
        yield new HttpSink(
            vertx, config, new AlertmanagerFormat(externalUrl), secrets, trust, limit);
      }
      case EMAIL -> {
        check(config, config.mail().isPresent(), "mail server", "host, port, from and to");
        yield new MailSink(
            vertx,
            config,
            config.mail().orElseThrow(),
            new MailFormat(externalUrl),
            secrets,
            trust,
            limit);
      }
    };
  }

  private static void check(SinkConfig config, boolean present, String what, String expected) {
    if (!present) {
      throw new IllegalArgumentException(
          "sink " + config.name() + " has no " + what + " (expected: " + expected + ")");
    }
  }
}
