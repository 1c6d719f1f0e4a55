package fil.heartbeat.aggregator;

import fil.heartbeat.fleet.Expected;
import fil.heartbeat.fleet.Findings;
import fil.heartbeat.fleet.Standing;
import fil.heartbeat.fleet.State;
import fil.heartbeat.fleet.Verdict;
import fil.heartbeat.wire.Extras;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One peer at one moment.
 *
 * @param peerId base58 text, proven by the handshake
 * @param expected the configured entry; null when the node is not expected
 * @param standing its class by the configuration
 * @param network name of the network that the claimed genesis belongs to; null when unknown
 * @param claims what it claims about itself
 * @param conflicts one line for each claim that another peer makes too, and one if it beats from
 *     two places
 * @param verdict its judged state
 * @param lastState its last known state: the one before a restart while it is too early to judge
 * @param contact when and from where its beats arrived
 * @param twinSince since when its key is in use in two places; null when it is in one place
 * @param extras the optional members of its last full beat; {@link Extras#NONE} when there is none
 *     or it is too old
 * @param findings the result of comparing them with those of its network
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
    @Nullable Instant twinSince,
    Extras extras,
    Findings findings) {

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
    this(
        peerId,
        expected,
        standing,
        network,
        claims,
        conflicts,
        verdict,
        lastState,
        contact,
        null,
        Extras.NONE,
        Findings.NONE);
  }

  /** Returns a copy with optional members. */
  public Node with(Extras others, Findings found) {
    return new Node(
        peerId, expected, standing, network, claims, conflicts, verdict, lastState, contact,
        twinSince, others, found);
  }

  /** A node without an earlier state. */
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

  /** Returns the one state that combines liveness and chain. */
  public State state() {
    return verdict.state();
  }

  public boolean connected() {
    return contact.connection().open();
  }

  /** Returns its configured name. */
  public Optional<String> expectedName() {
    return Optional.ofNullable(expected).map(Expected::name);
  }

  /** Returns the name to show to people: expected name, nickname or peer id. */
  public String shownName() {
    String nickname = claims.nickname();
    return expectedName().orElse(nickname == null || nickname.isEmpty() ? peerId : nickname);
  }
}
