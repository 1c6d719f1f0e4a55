package fil.heartbeat.alert.sink;

import fil.heartbeat.alert.model.DeliveryException.Kind;
import java.time.Duration;
import java.util.Optional;

/**
 * What an answer says beyond its status.
 *
 * @param kind of the failure; empty when the status decides whether it is one, and which
 * @param said is shown instead of the body
 * @param expected is shown as what to do, instead of a general hint
 * @param pause the pause that the body asks for
 */
record Reading(
    Optional<Kind> kind,
    Optional<String> said,
    Optional<String> expected,
    Optional<Duration> pause) {

  /** The status says it all. */
  static final Reading BY_STATUS =
      new Reading(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

  /**
   * A success by its status that another server must have sent, such as a login page of a proxy.
   *
   * @param whose the receiver that was meant
   */
  static Reading notFrom(String whose) {
    return BY_STATUS
        .kind(Kind.FAILED)
        .said("not an answer of " + whose)
        .expected("is the URL right, or does a proxy answer?");
  }

  Reading kind(Kind next) {
    return new Reading(Optional.of(next), said, expected, pause);
  }

  Reading said(String next) {
    return new Reading(kind, Optional.of(next), expected, pause);
  }

  Reading expected(String next) {
    return new Reading(kind, said, Optional.of(next), pause);
  }

  Reading pause(Optional<Duration> next) {
    return new Reading(kind, said, expected, next);
  }
}
