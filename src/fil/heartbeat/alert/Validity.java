package fil.heartbeat.alert;

import java.time.Instant;
import java.util.Optional;

/**
 * When the certificate of the HTTP server is valid.
 *
 * @param from of all of its chain
 * @param until of all of its chain
 */
public record Validity(Instant from, Instant until) {

  /** Why clients refuse it at a time; empty when they do not for that. */
  public Optional<String> fault(Instant now) {
    if (now.isAfter(until)) {
      return Optional.of("the certificate is out of date since " + until);
    }
    return now.isBefore(from)
        ? Optional.of("the certificate is not valid before " + from)
        : Optional.empty();
  }
}
