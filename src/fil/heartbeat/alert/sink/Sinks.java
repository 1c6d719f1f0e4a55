package fil.heartbeat.alert.sink;

import fil.heartbeat.alert.model.Sink;
import fil.heartbeat.config.CaFile;
import fil.heartbeat.config.HttpConfig.Hidden;
import fil.heartbeat.config.SinkConfig;
import io.vertx.core.Vertx;
import io.vertx.core.net.TrustOptions;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
    return create(
        vertx, config, environment, externalUrl, config.caFile().map(CaFile::trust).orElse(null));
  }

  /** Keeps what is hidden from the receivers of a sink; what remains is who and which rule. */
  public static Sink hiding(Set<Hidden> hidden, Sink sink) {
    return hidden.isEmpty() ? sink : new HidingSink(hidden, sink);
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
    SinkSecrets secrets = new SinkSecrets(config, environment);
    if (config.type() == SinkConfig.Type.EMAIL) {
      check(config, config.mail().isPresent(), "mail server", "host, port, from and to");
      return new MailSink(
          vertx,
          config,
          config.mail().orElseThrow(),
          new MailFormat(externalUrl),
          secrets,
          trust,
          limit);
    }
    return new HttpSink(vertx, config, format(config, externalUrl), secrets, trust, limit);
  }

  private static Format format(SinkConfig config, Optional<String> externalUrl) {
    return switch (config.type()) {
      case WEBHOOK -> {
        needUrl(config, "https://…");
        yield new WebhookFormat(externalUrl);
      }
      case SLACK -> {
        needUrl(config, "https://…, from Slack's incoming webhooks");
        yield new SlackFormat(externalUrl);
      }
      case PAGERDUTY -> {
        needSecret(config, "the routing key of an integration");
        yield new PagerDutyFormat(externalUrl);
      }
      case ALERTMANAGER -> {
        needUrl(config, "http://<host>:9093");
        yield new AlertmanagerFormat(externalUrl);
      }
      case TELEGRAM -> {
        needSecret(config, "the token of a bot");
        check(config, config.chat().isPresent(), "chat", "its id");
        yield new TelegramFormat(config.chat().orElseThrow(), externalUrl);
      }
      case DISCORD -> {
        needUrl(config, "https://discord.com/api/webhooks/…");
        yield new DiscordFormat(externalUrl);
      }
      case NTFY -> {
        needUrl(config, "https://<host>/<topic>");
        yield new NtfyFormat(externalUrl);
      }
      case APPRISE -> {
        needUrl(config, "http://<host>:8000/notify/<key>");
        yield new AppriseFormat();
      }
      case EMAIL -> throw new IllegalArgumentException("mail is not sent over HTTP");
    };
  }

  private static void needUrl(SinkConfig config, String expected) {
    check(config, config.url().isPresent(), "url", expected);
  }

  private static void needSecret(SinkConfig config, String expected) {
    check(config, config.secret().isPresent(), "secret", expected);
  }

  private static void check(SinkConfig config, boolean present, String what, String expected) {
    if (!present) {
      throw new IllegalArgumentException(
          "sink " + config.name() + " has no " + what + " (expected: " + expected + ")");
    }
  }
}
