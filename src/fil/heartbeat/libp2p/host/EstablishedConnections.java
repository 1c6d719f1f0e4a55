package fil.heartbeat.libp2p.host;

import fil.heartbeat.libp2p.PeerId;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The connections with a proven peer: how many there may be, and which gives way to an expected
 * peer. Guarded by its owner's lock.
 */
final class EstablishedConnections {
  /** Extra sockets beyond the connection limit, so that expected peers can prove their id. */
  private static final int MAX_SPARE = 64;

  private static final int SHARE = 8;

  private final int places;
  private final Map<ConnectionGuard.Ticket, PeerId> established = new LinkedHashMap<>();

  /** Connections of unexpected peers, by address, oldest first. */
  private final Map<AddressSockets, Set<ConnectionGuard.Ticket>> strangers = new HashMap<>();

  private int yielding;
  private @Nullable Predicate<PeerId> expected;

  EstablishedConnections(int places) {
    this.places = places;
  }

  /** Sets the rule; those that are open count by it from now on, the oldest first. */
  void expect(Predicate<PeerId> rule) {
    expected = rule;
    strangers.clear();
    yielding = 0;
    established.forEach((ticket, peer) -> yields(ticket, rule.test(peer)));
  }

  boolean isExpected(PeerId peer) {
    Predicate<PeerId> rule = expected;
    return rule != null && rule.test(peer);
  }

  /**
   * Returns how many sockets there may be: a peer proves its id only at the end of its handshake.
   */
  int sockets() {
    return places + (expected == null ? 0 : Math.max(1, Math.min(MAX_SPARE, places / SHARE)));
  }

  boolean isFull() {
    return established.size() >= places;
  }

  /** Returns the number of connections that give way to expected peers. */
  int yielding() {
    return yielding;
  }

  void add(ConnectionGuard.Ticket ticket, PeerId peer, boolean isExpected) {
    established.put(ticket, peer);
    yields(ticket, isExpected);
  }

  private void yields(ConnectionGuard.Ticket ticket, boolean isExpected) {
    if (ticket.source != null && !isExpected) {
      strangers.computeIfAbsent(ticket.source, address -> new LinkedHashSet<>()).add(ticket);
      yielding++;
    }
  }

  void remove(ConnectionGuard.Ticket ticket) {
    established.remove(ticket);
    AddressSockets source = ticket.source;
    Set<ConnectionGuard.Ticket> ofSource = source == null ? null : strangers.get(source);
    if (source != null && ofSource != null && ofSource.remove(ticket)) {
      yielding--;
      if (ofSource.isEmpty()) {
        strangers.remove(source);
      }
    }
  }

  /**
   * Returns a connection of an unexpected peer, from the address with the most of them; null when
   * there is none.
   */
  ConnectionGuard.@Nullable Ticket stranger() {
    Set<ConnectionGuard.Ticket> most = Set.of();
    for (Set<ConnectionGuard.Ticket> each : strangers.values()) {
      most = each.size() > most.size() ? each : most;
    }
    return most.isEmpty() ? null : most.iterator().next();
  }
}
