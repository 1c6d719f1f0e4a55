package fil.heartbeat.aggregator;

import fil.heartbeat.fleet.Expected;
import fil.heartbeat.fleet.NetworkReport;
import fil.heartbeat.fleet.Standing;
import fil.heartbeat.libp2p.PeerId;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The peers that may connect and the expected nodes. Immutable; replaced as a whole while the
 * aggregator runs.
 *
 * @param allow peers that may connect; empty for everyone. Expected nodes always may
 * @param deny peers that may not connect; overrides the others
 * @param expected the fleet; when it is not empty, only its nodes vote
 */
public record Membership(Set<PeerId> allow, Set<PeerId> deny, Map<PeerId, Expected> expected)
    implements Predicate<PeerId> {

  /** Admits everyone and expects nobody. */
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

  /** Returns the standing of a peer; never a reference, since references are not peers. */
  public Standing standing(PeerId peer) {
    if (deny.contains(peer)) {
      return expected.containsKey(peer) ? Standing.EXPECTED : Standing.STRANGER;
    }
    boolean votes =
        expected.isEmpty() ? allow.isEmpty() || allow.contains(peer) : expected.containsKey(peer);
    return votes ? Standing.VOTER : Standing.STRANGER;
  }

  /** Returns the names of the expected nodes with their peer ids; of equal names one. */
  Map<String, String> names() {
    Map<String, String> names = new HashMap<>();
    expected.forEach((peer, each) -> names.putIfAbsent(each.name(), peer.toString()));
    return names;
  }

  /** Returns the ids of all peers it names. */
  Set<String> named() {
    return Stream.concat(expected.keySet().stream(), allow.stream())
        .map(PeerId::toString)
        .collect(Collectors.toUnmodifiableSet());
  }

  /** Whether it names no node, neither expected nor allowed. */
  boolean isOpen() {
    return expected.isEmpty() && allow.isEmpty();
  }

  /** Returns which peers vote, as the HTTP API names it. */
  String voters() {
    return isOpen() ? NetworkReport.Basis.OPEN : expected.isEmpty() ? "allowed" : "expected";
  }
}
