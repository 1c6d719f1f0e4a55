package fil.heartbeat.history;

import java.util.List;
import java.util.Map;

/**
 * The state at a start.
 *
 * @param nodes all known peers
 * @param uptime of each peer, up to 24 hours of slots before the start: hour since 1970 → slots
 * @param upgrades that nodes named, as they were given to {@link History#upgrades}
 */
public record RestoredState(
    List<KnownNode> nodes, Map<String, Map<Long, Slots>> uptime, List<String> upgrades) {

  /** Nothing known. */
  public static final RestoredState NOTHING = new RestoredState(List.of(), Map.of());

  /** Slots of one hour: how many were recorded, and in how many of them the node beat. */
  public record Slots(int recorded, int beating) {}

  public RestoredState {
    nodes = List.copyOf(nodes);
    uptime = Map.copyOf(uptime);
    upgrades = List.copyOf(upgrades);
  }

  /** Without upgrades. */
  public RestoredState(List<KnownNode> nodes, Map<String, Map<Long, Slots>> uptime) {
    this(nodes, uptime, List.of());
  }
}
