package fil.heartbeat.aggregator;

import fil.heartbeat.fleet.NetworkReport;
import java.time.Instant;
import java.util.List;

/**
 * What changed since a version.
 *
 * @param at the moment
 * @param version to ask from the next time
 * @param complete whether {@code nodes} is the whole fleet, because the version asked from is too
 *     old to tell what was removed since
 * @param warming as in {@link Snapshot}
 * @param nodes changed, in claims, verdict, connection or head; a mere further beat is no change
 * @param removed peer ids forgotten since
 * @param networks all of them, now
 * @param canary number of the newest beat seen of the process's own canary; 0 for none
 * @param steps of this machine's clock
 */
public record Changes(
    Instant at,
    long version,
    boolean complete,
    boolean warming,
    List<Node> nodes,
    List<String> removed,
    List<NetworkReport> networks,
    long canary,
    ClockSteps steps) {

  /** Of a clock that nobody set. */
  public Changes(
      Instant at,
      long version,
      boolean complete,
      boolean warming,
      List<Node> nodes,
      List<String> removed,
      List<NetworkReport> networks,
      long canary) {
    this(at, version, complete, warming, nodes, removed, networks, canary, ClockSteps.NONE);
  }

  public Changes {
    nodes = List.copyOf(nodes);
    removed = List.copyOf(removed);
    networks = List.copyOf(networks);
  }
}
