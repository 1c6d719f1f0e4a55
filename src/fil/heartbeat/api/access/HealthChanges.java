package fil.heartbeat.api.access;

import fil.heartbeat.aggregator.Changes;
import fil.heartbeat.aggregator.Node;
import fil.heartbeat.aggregator.Overview;
import fil.heartbeat.fleet.NetworkReport;
import fil.heartbeat.fleet.State;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What changed in the fleet since a version, as far as the health of its nodes depends on it.
 *
 * @param version to ask with the next time
 * @param warming as in {@link Overview}
 * @param complete whether {@code nodes} are all nodes of the fleet
 * @param nodes of the fleet, changed since
 * @param removed peer ids that are not of the fleet, or not any more
 */
public record HealthChanges(
    Instant at,
    long version,
    boolean warming,
    boolean complete,
    List<NetworkReport> networks,
    List<Member> nodes,
    List<String> removed) {
  public HealthChanges {
    networks = List.copyOf(networks);
    nodes = List.copyOf(nodes);
    removed = List.copyOf(removed);
  }

  /**
   * A node of the fleet.
   *
   * @param name the configured one, with what {@code http.hide} names: it is only compared with the
   *     name that a caller already knows, and never shown
   * @param genesis as it claims it; null when it claims none
   * @param lastState while warming the one before the restart
   */
  public record Member(
      String peerId,
      Optional<String> name,
      @Nullable String genesis,
      State state,
      State lastState,
      Instant since) {}

  static HealthChanges of(Changes changes) {
    List<Member> members = new ArrayList<>();
    List<String> removed = new ArrayList<>(changes.removed());
    for (Node node : changes.nodes()) {
      if (node.standing().isMonitored()) {
        members.add(
            new Member(
                node.peerId(),
                node.expectedName(),
                node.claims().genesisCid(),
                node.state(),
                node.lastState(),
                node.verdict().since()));
      } else {
        removed.add(node.peerId());
      }
    }
    Overview now = changes.overview();
    return new HealthChanges(
        now.at(),
        now.version(),
        now.warming(),
        changes.complete(),
        now.networks(),
        members,
        removed);
  }
}
