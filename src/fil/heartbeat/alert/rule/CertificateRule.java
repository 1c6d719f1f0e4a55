package fil.heartbeat.alert.rule;

import fil.heartbeat.alert.model.AlertRule;
import fil.heartbeat.alert.model.AlertText;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * {@code CertificateExpires}. It counts from the date in the certificate, whenever this process was
 * started, and becomes critical when the certificate has expired.
 *
 * @param end when the certificate expires; empty without one
 */
record CertificateRule(Optional<Instant> end, Instant now) {
  /** How long before its end it should be renewed. */
  private static final Duration NOTICE = Duration.ofSeconds(AlertRule.CERTIFICATE_NOTICE);

  public boolean holds() {
    return end.isPresent() && !since().isAfter(now);
  }

  public Instant since() {
    return end.map(each -> each.minus(NOTICE)).orElse(now);
  }

  public AlertText text() {
    return new AlertText(
        end.map(
                each ->
                    (each.isAfter(now)
                            ? "The certificate expires at "
                            : "The certificate expired at ")
                        + each)
            .orElse("There is no certificate"),
        "Renew http.tls.certFile: the new one is served without a restart");
  }
}
