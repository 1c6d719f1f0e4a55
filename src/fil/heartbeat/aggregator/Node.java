package fil.heartbeat.aggregator;

import fil.heartbeat.fleet.Expected;
import fil.heartbeat.fleet.Standing;
import fil.heartbeat.fleet.State;
import fil.heartbeat.fleet.Verdict;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one peer at a moment.
 *
 * @param peerId base58 text, proven by the handshake
 * @param expected what the configuration says of it; null when it names it not
 * @param standing which class of speaker it belongs to by the configuration
 * @param network name of the network that the claimed genesis belongs to; null when unknown
 * @param claims what it says of itself
 * @param conflicts what it claims that another peer claims too, and that it beats from two places,
 *     one line each
 * @param verdict what is thought of it
 * @param lastState what it was last known to be in: while nothing can be said of it yet, as after a
 *     restart, the state before
 * @param contact when and whence it was heard
 * @param twinSince since when its key is in use in two places; null when it is not
 */
public record Node(
    String peerId,
    @Nullable Expected expected,
    Standing standing,
    @Nullable String network,
    Claims claims,
    List<String> conflicts,
    Verdict verdict,
    State lastState,
    Contact contact,
    @Nullable Instant twinSince) {

  public Node {
    conflicts = List.copyOf(conflicts);
  }

  /** A node that beats from one place. */
  public Node(
      String peerId,
      @Nullable Expected expected,
      Standing standing,
      @Nullable String network,
      Claims claims,
      List<String> conflicts,
      Verdict verdict,
      State lastState,
      Contact contact) {
    this(peerId, expected, standing, network, claims, conflicts, verdict, lastState, contact, null);
  }

  /** A node of which nothing was known before. */
  public Node(
      String peerId,
      @Nullable Expected expected,
      Standing standing,
      @Nullable String network,
      Claims claims,
      List<String> conflicts,
      Verdict verdict,
      Contact contact) {
    this(peerId, expected, standing, network, claims, conflicts, verdict, verdict.state(), contact);
  }

  /** The one word for liveness and chain. */
  public State state() {
    return verdict.state();
  }

  public boolean connected() {
    return contact.connection().open();
  }

  /** The name that the configuration gives it. */
  public Optional<String> expectedName() {
    return Optional.ofNullable(expected).map(Expected::name);
  }

  /** The name by which people know it: expected name, nickname or peer id. */
  public String shownName() {
    String nickname = claims.nickname();
    return expectedName().orElse(nickname == null || nickname.isEmpty() ? peerId : nickname);
  }
}
