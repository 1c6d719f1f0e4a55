package fil.heartbeat.config;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A destination of notifications.
 *
 * @param name unique, for routes and people
 * @param url of HTTP sinks; empty for e-mail
 * @param secret by type: the signing key of a webhook's body, PagerDuty's routing key, the bearer
 *     token of an Alertmanager or of ntfy, the token of a Telegram bot, the addresses that an
 *     Apprise server notifies, the password of a mail server; empty for none
 * @param watchdog whether it gets {@code Watchdog}
 * @param maxPerMinute notifications a minute, 1 to 600; above that alerts wait and are not lost
 * @param timeout of one attempt, 1s to 60s
 * @param mail for an e-mail sink only
 * @param chat for a Telegram sink only
 * @param caFile certificates to trust besides those of the JDK
 */
public record SinkConfig(
    String name,
    Type type,
    Optional<Secret> url,
    Optional<Secret> secret,
    boolean watchdog,
    int maxPerMinute,
    Duration timeout,
    Optional<Mail> mail,
    Optional<Chat> chat,
    Optional<CaFile> caFile) {

  /** A destination with a certificate that the JDK trusts, or without any. */
  public SinkConfig(
      String name,
      Type type,
      Optional<Secret> url,
      Optional<Secret> secret,
      boolean watchdog,
      int maxPerMinute,
      Duration timeout,
      Optional<Mail> mail,
      Optional<Chat> chat) {
    this(name, type, url, secret, watchdog, maxPerMinute, timeout, mail, chat, Optional.empty());
  }

  /** The protocol. */
  public enum Type {
    WEBHOOK,
    SLACK,
    PAGERDUTY,
    EMAIL,
    ALERTMANAGER,
    TELEGRAM,
    DISCORD,
    NTFY,
    APPRISE;

    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** The URL of the public service; empty when each user has another. */
    public Optional<String> usualUrl() {
      return switch (this) {
        case PAGERDUTY -> Optional.of("https://events.pagerduty.com/v2/enqueue");
        case TELEGRAM -> Optional.of("https://api.telegram.org");
        case WEBHOOK, SLACK, EMAIL, ALERTMANAGER, DISCORD, NTFY, APPRISE -> Optional.empty();
      };
    }
  }

  /** The encryption of a mail connection. */
  public enum Tls {
    /** Upgrade by STARTTLS; without it nothing is sent. */
    STARTTLS,
    /** TLS from the first byte. */
    TLS,
    /** No encryption: only for a server on this machine. */
    NONE
  }

  /**
   * The recipients, and the mail server.
   *
   * @param user empty for no login
   */
  public record Mail(
      String host, int port, Tls tls, Optional<String> user, String from, List<String> to) {
    public Mail {
      to = List.copyOf(to);
    }
  }

  /**
   * A chat of Telegram.
   *
   * @param id of a person, a group (negative) or a channel, or {@code @name} of a public one
   * @param thread the topic within a group; 0 for none
   */
  public record Chat(String id, int thread) {}
}
