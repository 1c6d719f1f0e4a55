package fil.heartbeat.libp2p.host;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The protocols that a peer agreed to on one connection: proposed first from then on, since a
 * refused proposal costs a round trip. Guarded by its owner's lock.
 */
public final class AgreedProtocols {
  private final Set<String> agreed = new LinkedHashSet<>();

  /** Stores an id that the peer agreed to. */
  public void add(String protocolId) {
    agreed.add(protocolId);
  }

  /** Returns the ids in the order to propose: agreed ones first, then the others. */
  public List<String> first(List<String> protocolIds) {
    List<String> ordered = new ArrayList<>(agreed);
    ordered.retainAll(protocolIds);
    protocolIds.stream().filter(id -> !agreed.contains(id)).forEach(ordered::add);
    return ordered;
  }
}
