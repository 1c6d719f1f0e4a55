package fil.heartbeat.config;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Where alerts are told.
 *
 * @param name unique, for routes and people
 * @param url where HTTP sinks are posted to; empty for e-mail
 * @param secret by type: what a webhook's body is signed with, PagerDuty's routing key, the bearer
 *     token of an Alertmanager, the password of a mail server; empty for none
 * @param watchdog whether it gets {@code Watchdog}
 * @param maxPerMinute notifications a minute, 1 to 600; what comes above it is gathered, not lost
 * @param timeout of one attempt, 1s to 60s
 * @param mail of an e-mail sink only
 */
public record SinkConfig(
    String name,
    Type type,
    Optional<Secret> url,
    Optional<Secret> secret,
    boolean watchdog,
    int maxPerMinute,
    Duration timeout,
    Optional<Mail> mail) {

  /** What is spoken. */
  public enum Type {
    WEBHOOK,
    SLACK,
    PAGERDUTY,
    EMAIL,
    ALERTMANAGER;

    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** How a mail server is spoken to. */
  public enum Tls {
    /** STARTTLS, or nothing is sent. */
    STARTTLS,
    /** TLS from the first byte on. */
    TLS,
    /** In the clear: only for a server on this machine. */
    NONE
  }

  /**
   * Whom to write, and through which server.
   *
   * @param user empty to log in nowhere
   */
  public record Mail(
      String host, int port, Tls tls, Optional<String> user, String from, List<String> to) {
    public Mail {
      to = List.copyOf(to);
    }
  }
}
