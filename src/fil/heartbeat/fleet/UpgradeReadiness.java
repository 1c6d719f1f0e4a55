package fil.heartbeat.fleet;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who is ready for a network upgrade.
 *
 * @param height the epoch of the upgrade; upgrades are compared by it, since programs name them
 *     differently
 * @param name as most nodes name it
 * @param at when the epoch starts; null without a known clock
 * @param ready how many beating nodes know it; none while all that do are restarted
 * @param notReady peer ids of the nodes that report upgrades but not this one, at most {@link
 *     NetworkReport.Branch#MAX_NODES}
 * @param notReadyCount how many those are, named or not
 * @param unknown how many nodes report no upgrades
 */
public record UpgradeReadiness(
    long height,
    String name,
    @Nullable Instant at,
    int ready,
    List<String> notReady,
    int notReadyCount,
    int unknown) {
  public UpgradeReadiness {
    notReady = List.copyOf(notReady);
  }
}
