package fil.heartbeat.aggregator;

import fil.heartbeat.fleet.Expected;
import fil.heartbeat.fleet.Standing;
import fil.heartbeat.libp2p.PeerId;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Who may speak and who is expected. Changes while the aggregator runs, as a whole.
 *
 * @param allow peers that may connect; empty for everyone. The expected always may
 * @param deny peers that may not, whatever else says so
 * @param expected the fleet; when it is not empty, only it votes
 */
public record Membership(Set<PeerId> allow, Set<PeerId> deny, Map<PeerId, Expected> expected)
    implements Predicate<PeerId> {

  /** Everyone may speak, nobody is expected. */
  public static final Membership OPEN = new Membership(Set.of(), Set.of(), Map.of());

  public Membership {
    allow = Set.copyOf(allow);
    deny = Set.copyOf(deny);
    expected = Map.copyOf(expected);
  }

  /** Whether a peer may connect. */
  @Override
  public boolean test(PeerId peer) {
    return !deny.contains(peer)
        && (allow.isEmpty() || allow.contains(peer) || expected.containsKey(peer));
  }

  /** Which class of speaker a peer belongs to; never a reference, for these are no peers. */
  public Standing standing(PeerId peer) {
    if (deny.contains(peer)) {
      return expected.containsKey(peer) ? Standing.EXPECTED : Standing.STRANGER;
    }
    boolean votes =
        expected.isEmpty() ? allow.isEmpty() || allow.contains(peer) : expected.containsKey(peer);
    return votes ? Standing.VOTER : Standing.STRANGER;
  }

  /** The name of each of the expected, to its peer id; of equal names one. */
  Map<String, String> names() {
    Map<String, String> names = new HashMap<>();
    expected.forEach((peer, each) -> names.putIfAbsent(each.name(), peer.toString()));
    return names;
  }

  /** The ids of all that it names. */
  Set<String> named() {
    return Stream.concat(expected.keySet().stream(), allow.stream())
        .map(PeerId::toString)
        .collect(Collectors.toUnmodifiableSet());
  }

  /** Whether it names nobody. */
  boolean isOpen() {
    return expected.isEmpty() && allow.isEmpty();
  }

  /** Who votes, in the word of the HTTP contract. */
  String voters() {
    return isOpen() ? "open" : expected.isEmpty() ? "allowed" : "expected";
  }
}
