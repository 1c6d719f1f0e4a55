package fil.heartbeat.aggregator;

import java.util.List;

/**
 * What changed since a version.
 *
 * @param overview now; its version is the one to ask from the next time
 * @param complete whether {@code nodes} is the whole fleet, because the version asked from is too
 *     old to tell what was removed since
 * @param nodes changed, in claims, verdict, connection or head; a mere further beat is no change
 * @param removed peer ids forgotten since
 * @param canary number of the newest beat seen of the process's own canary; 0 for none
 */
public record Changes(
    Overview overview, boolean complete, List<Node> nodes, List<String> removed, long canary) {
  public Changes {
    nodes = List.copyOf(nodes);
    removed = List.copyOf(removed);
  }
}
