package fil.heartbeat.alert.rule;

import fil.heartbeat.fleet.NetworkReport;
import fil.heartbeat.wire.Extras;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The epochs of each network, as far as it has a clock. Mutable. */
final class NetworkTimes {
  private Map<String, EpochTimes> times = Map.of();

  /**
   * Takes the present reports.
   *
   * @return whether any epoch begins at another time than was known before
   */
  boolean take(List<NetworkReport> reports) {
    Map<String, EpochTimes> present = new HashMap<>();
    for (NetworkReport each : reports) {
      String network = NetworkRules.key(each);
      if (network != null) {
        EpochTimes own = EpochTimes.of(each, times.get(network));
        if (own != null) {
          present.put(network, own);
        }
      }
    }
    boolean same =
        present.keySet().equals(times.keySet())
            && present.entrySet().stream()
                .allMatch(each -> each.getValue().isOf(times.get(each.getKey())));
    times = present;
    return !same;
  }

  /** The epochs of a node's network; null without a clock. */
  @Nullable EpochTimes of(NodeTracking node) {
    String network = node.network();
    return network == null ? null : times.get(network);
  }

  /** The deadlines that a node reports, without those that are not of these days. */
  List<Extras.Proving> proving(NodeTracking node) {
    List<Extras.Proving> all = node.node.extras().proving();
    EpochTimes time = all.isEmpty() ? null : of(node);
    if (time == null) {
      return all;
    }
    for (Extras.Proving each : all) {
      if (!time.isNear(each.open(), each.close())) {
        return all.stream().filter(near -> time.isNear(near.open(), near.close())).toList();
      }
    }
    return all;
  }
}
