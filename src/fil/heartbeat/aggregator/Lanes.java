package fil.heartbeat.aggregator;

import fil.heartbeat.aggregator.ChainView.Lane;
import fil.heartbeat.aggregator.ChainView.LaneHead;
import fil.heartbeat.fleet.LedgerView;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The newest heights of each network, each with its heads and the nodes that reported them. The top
 * is the fleet's best height: strangers are shown but do not move it.
 */
final class Lanes {

  /** Heads listed for a height; more would be a hostile fleet, not a fork. */
  private static final int MAX_HEADS = 64;

  private Lanes() {}

  static List<ChainView> of(
      Collection<NetworkState> networks, Collection<PeerEntry> entries, int heights) {
    List<ChainView> views = new ArrayList<>();
    for (NetworkState network : networks) {
      List<PeerEntry> members = entries.stream().filter(entry -> entry.network == network).toList();
      long top =
          members.stream()
              .filter(entry -> entry.standing.decides())
              .mapToLong(entry -> LedgerView.top(network.ledger, entry.reports))
              .max()
              .orElse(-1);
      if (top < 0) {
        continue;
      }
      List<Lane> lanes = new ArrayList<>();
      for (long height = top; height > top - heights && height >= 0; height--) {
        lanes.add(lane(network, members, height));
      }
      views.add(new ChainView(network.genesis, network.name(), lanes));
    }
    return views;
  }

  private static Lane lane(NetworkState network, List<PeerEntry> members, long height) {
    Map<Integer, List<String>> nodes = new HashMap<>();
    Map<Integer, Integer> counts = new HashMap<>();
    for (PeerEntry entry : members) {
      int number = LedgerView.number(network.ledger, entry.reports, height);
      if (number >= 0) {
        counts.merge(number, 1, Integer::sum);
        List<String> sample = nodes.computeIfAbsent(number, ignored -> new ArrayList<>());
        if (sample.size() < LaneHead.MAX_SAMPLE) {
          sample.add(entry.peerId);
        }
      }
    }
    List<Integer> shown =
        counts.entrySet().stream()
            .sorted(
                Comparator.<Map.Entry<Integer, Integer>, Boolean>comparing(
                        count -> !LedgerView.isDecided(network.ledger, height, count.getKey()))
                    .thenComparing(Map.Entry.<Integer, Integer>comparingByValue().reversed())
                    .thenComparing(Map.Entry.comparingByKey()))
            .limit(MAX_HEADS)
            .map(Map.Entry::getKey)
            .toList();
    Map<Integer, Integer> branches = LedgerView.branches(network.ledger, height, shown);
    List<LaneHead> heads = new ArrayList<>();
    for (int number : shown) {
      heads.add(
          new LaneHead(
              LedgerView.cids(network.ledger, height, number),
              branches.getOrDefault(number, number),
              counts.getOrDefault(number, 0),
              nodes.getOrDefault(number, List.of())));
    }
    var delays = LedgerView.delays(network.ledger, height);
    return new Lane(height, heads, delays.p50Millis(), delays.p90Millis());
  }
}
