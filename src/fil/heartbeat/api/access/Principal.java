package fil.heartbeat.api.access;

import fil.heartbeat.alert.model.Actor;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * The caller of a request.
 *
 * @param grant what the token allows; empty without one
 * @param cookie whether the token came with a session
 * @param wrong whether an invalid token came
 * @param lasts whether the caller may still read, for answers that go on, such as the feed
 * @param key of its token or session, to recognise further requests of the same caller; empty
 *     without one
 */
public record Principal(
    Optional<Grant> grant,
    String address,
    boolean cookie,
    boolean wrong,
    BooleanSupplier lasts,
    String key) {
  static final Principal UNKNOWN =
      new Principal(Optional.empty(), "unknown", false, false, () -> true, "");

  /** Returns the name of the token; empty without one, or when it does not identify its holder. */
  public Optional<String> name() {
    return grant.filter(each -> !each.equals(Grant.LOCAL)).map(Grant::name);
  }

  /** Returns the actor: named by the token, else by the caller itself, else by its address. */
  public Actor actor(Optional<String> said) {
    return new Actor(name().or(() -> said).orElse(address), address);
  }

  /** Returns the same caller with the token that it logged in with. */
  Principal with(Grant grant) {
    return new Principal(Optional.of(grant), address, cookie, wrong, lasts, key);
  }
}
