package fil.heartbeat.aggregator;

import java.util.List;

/**
 * What changed since a version.
 *
 * @param overview now; its version is the one to pass to the next call
 * @param complete whether {@code nodes} is the whole fleet, because the version asked for is too
 *     old to know what was removed since
 * @param nodes changed, in claims, verdict, connection or head; another beat alone is no change
 * @param removed peer ids forgotten since
 * @param canary number of the newest beat received from the process's own canary; 0 for none
 */
public record Changes(
    Overview overview, boolean complete, List<Node> nodes, List<String> removed, long canary) {
  public Changes {
    nodes = List.copyOf(nodes);
    removed = List.copyOf(removed);
  }
}
