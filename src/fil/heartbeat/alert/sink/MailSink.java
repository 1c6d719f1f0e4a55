package fil.heartbeat.alert.sink;

import fil.heartbeat.alert.model.DeliveryException;
import fil.heartbeat.alert.model.DeliveryException.Kind;
import fil.heartbeat.alert.model.Notification;
import fil.heartbeat.alert.model.Sink;
import fil.heartbeat.alert.sink.MailFormat.Letter;
import fil.heartbeat.client.UserAgent;
import fil.heartbeat.config.SinkConfig;
import fil.heartbeat.config.SinkConfig.Mail;
import fil.heartbeat.text.Untrusted;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.net.TrustOptions;
import io.vertx.ext.mail.LoginOption;
import io.vertx.ext.mail.MailClient;
import io.vertx.ext.mail.MailConfig;
import io.vertx.ext.mail.MailMessage;
import io.vertx.ext.mail.MailResult;
import io.vertx.ext.mail.SMTPException;
import io.vertx.ext.mail.StartTLSOptions;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends mails through one mail server, each on a connection of its own. */
final class MailSink implements Sink {
  private static final Logger log = LoggerFactory.getLogger(MailSink.class);

  /** How the client's messages begin for a server that it can reach but not use. */
  private static final List<String> OWN_WORDS =
      List.of(
          "STARTTLS required", "login is required", "no recipient addresses", "message exceeds");

  private final Vertx vertx;
  private final SinkConfig config;
  private final Mail mail;
  private final MailFormat format;
  private final SinkSecrets secrets;
  private final @Nullable TrustOptions trust;
  private final Limit limit;
  private final String server;
  private @Nullable MailClient client;
  private Optional<String> password = Optional.empty();
  private boolean closed;

  /**
   * Creates the sink.
   *
   * @param trust certificates to trust instead of the platform's; null for those
   */
  MailSink(
      Vertx vertx,
      SinkConfig config,
      Mail mail,
      MailFormat format,
      SinkSecrets secrets,
      @Nullable TrustOptions trust,
      Limit limit) {
    this.vertx = vertx;
    this.config = config;
    this.mail = mail;
    this.format = format;
    this.secrets = secrets;
    this.trust = trust;
    this.limit = limit;
    this.server = mail.host() + ":" + mail.port();
  }

  private record Plan(Letter letter, Optional<String> password) {}

  @Override
  public Future<Void> deliver(Notification notification) {
    AtomicBoolean abandoned = new AtomicBoolean();
    Future<Void> attempt =
        vertx
            .executeBlocking(
                () -> new Plan(format.letter(notification, mail.from()), secrets.secret()), false)
            .compose(
                plan ->
                    abandoned.get()
                        ? Future.failedFuture("given up")
                        : send(plan).recover(failure -> refused(failure, plan)));
    return limit
        .on(attempt)
        .recover(
            failure -> {
              abandoned.set(true);
              drop();
              return Future.failedFuture(DeliveryFailures.of(failure, config, server));
            });
  }

  private Future<Void> send(Plan plan) {
    MailMessage message =
        new MailMessage()
            .setFrom(mail.from())
            .setTo(mail.to())
            .setSubject(plan.letter().subject())
            .setText(plan.letter().text())
            .setHeaders(
                HttpHeaders.headers()
                    .add("Message-ID", plan.letter().messageId())
                    .add("Auto-Submitted", "auto-generated"));
    try {
      return client(plan.password()).sendMail(message).map(this::warnOfRefusals);
    } catch (IllegalStateException e) {
      return Future.failedFuture(e);
    }
  }

  /** A wrong address must not keep the mail from the other recipients, but must be logged. */
  private @Nullable Void warnOfRefusals(MailResult result) {
    int missed = mail.to().size() - result.getRecipients().size();
    if (missed > 0) {
      log.warn(
          "mail refused for some recipients server={} sink={} taken={} of={} by={}",
          server,
          config.name(),
          result.getRecipients().size(),
          mail.to().size(),
          result.getRecipients());
    }
    return null;
  }

  /** Distinguishes a server that rejects the mail from one that is not reachable. */
  private Future<Void> refused(Throwable failure, Plan plan) {
    String message = String.valueOf(failure.getMessage());
    Kind kind;
    if (failure instanceof SMTPException said) {
      kind = said.isPermanent() ? Kind.REFUSED : Kind.FAILED;
    } else if (OWN_WORDS.stream().anyMatch(message::startsWith)) {
      kind = Kind.REFUSED;
    } else {
      return Future.failedFuture(failure);
    }
    String shown = Redaction.of("", plan.password()).in(message);
    return Future.failedFuture(
        new DeliveryException(
            kind,
            server
                + ": "
                + Untrusted.cut(Untrusted.line(shown), HttpResult.MAX_SHOWN)
                + " (expected: that it takes the mail; are user, password and addresses right?)",
            null));
  }

  /** A client with the current password. */
  private synchronized MailClient client(Optional<String> current) {
    if (closed) {
      throw new IllegalStateException("the sink is closed");
    }
    if (client == null || !password.equals(current)) {
      drop();
      password = current;
      client = MailClient.create(vertx, options(current));
    }
    return client;
  }

  private MailConfig options(Optional<String> current) {
    MailConfig options =
        new MailConfig(mail.host(), mail.port())
            .setStarttls(
                mail.tls() == SinkConfig.Tls.STARTTLS
                    ? StartTLSOptions.REQUIRED
                    : StartTLSOptions.DISABLED)
            .setSsl(mail.tls() == SinkConfig.Tls.TLS)
            .setKeepAlive(false)
            .setMaxPoolSize(1)
            .setAllowRcptErrors(true)
            .setUserAgent(UserAgent.NAME);
    // Hostnames of certificates are verified as long as no algorithm is set: with one set, this
    // client verifies none.
    int millis = (int) config.timeout().toMillis();
    options.setConnectTimeout(millis);
    // Closing the client asks the server to quit and waits for its answer: this ends that too.
    options.setIdleTimeout(millis).setIdleTimeoutUnit(TimeUnit.MILLISECONDS);
    if (trust != null) {
      options.setTrustOptions(trust);
    }
    options.setLogin(mail.user().isPresent() ? LoginOption.REQUIRED : LoginOption.DISABLED);
    mail.user().ifPresent(user -> options.setUsername(user).setPassword(current.orElse("")));
    return options;
  }

  /** Ends the delivery in flight. */
  private synchronized void drop() {
    MailClient old = client;
    client = null;
    if (old != null) {
      old.close().onFailure(failure -> log.debug("mail client not closed", failure));
    }
  }

  @Override
  public synchronized Future<Void> close() {
    closed = true;
    MailClient old = client;
    client = null;
    return old == null ? Future.succeededFuture() : old.close();
  }

  @Override
  public String toString() {
    return config.type().label() + " sink " + config.name();
  }
}
