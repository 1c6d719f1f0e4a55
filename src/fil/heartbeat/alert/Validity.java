package fil.heartbeat.alert;

import java.time.Instant;
import java.util.Optional;

/**
 * The validity of the HTTP server's certificate.
 *
 * @param from the latest start in its chain
 * @param until the earliest end in its chain
 */
public record Validity(Instant from, Instant until) {

  /** Why clients would reject it at this time; empty when its dates are no reason to. */
  public Optional<String> fault(Instant now) {
    if (now.isAfter(until)) {
      return Optional.of("the certificate is out of date since " + until);
    }
    return now.isBefore(from)
        ? Optional.of("the certificate is not valid before " + from)
        : Optional.empty();
  }
}
