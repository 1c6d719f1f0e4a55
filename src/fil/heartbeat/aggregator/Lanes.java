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
 * The newest heights of each network, as lanes of heads with the nodes that reported them. They end
 * where the fleet is: strangers are shown on them, and move nothing.
 */
final class Lanes {

  /** Heads told of a height; more are a hostile fleet, not a fork. */
  private static final int MAX_HEADS = 64;

  private Lanes() {}

  static List<ChainView> of(
      Collection<NetworkState> watches, Collection<PeerEntry> slots, int heights) {
    List<ChainView> views = new ArrayList<>();
    for (NetworkState watch : watches) {
      List<PeerEntry> members = slots.stream().filter(slot -> slot.watch == watch).toList();
      long top =
          members.stream()
              .filter(slot -> slot.standing.decides())
              .mapToLong(slot -> LedgerView.top(watch.ledger, slot.reports))
              .max()
              .orElse(-1);
      if (top < 0) {
        continue;
      }
      List<Lane> lanes = new ArrayList<>();
      for (long height = top; height > top - heights && height >= 0; height--) {
        lanes.add(lane(watch, members, height));
      }
      views.add(new ChainView(watch.genesis, watch.name(), lanes));
    }
    return views;
  }

  private static Lane lane(NetworkState watch, List<PeerEntry> members, long height) {
    Map<Integer, List<String>> nodes = new HashMap<>();
    Map<Integer, Integer> counts = new HashMap<>();
    for (PeerEntry slot : members) {
      int number = LedgerView.number(watch.ledger, slot.reports, height);
      if (number >= 0) {
        counts.merge(number, 1, Integer::sum);
        List<String> sample = nodes.computeIfAbsent(number, ignored -> new ArrayList<>());
        if (sample.size() < LaneHead.MAX_SAMPLE) {
          sample.add(slot.peerId);
        }
      }
    }
    List<Integer> shown =
        counts.entrySet().stream()
            .sorted(
                Comparator.<Map.Entry<Integer, Integer>, Boolean>comparing(
                        count -> !LedgerView.isDecided(watch.ledger, height, count.getKey()))
                    .thenComparing(Map.Entry.<Integer, Integer>comparingByValue().reversed())
                    .thenComparing(Map.Entry.comparingByKey()))
            .limit(MAX_HEADS)
            .map(Map.Entry::getKey)
            .toList();
    Map<Integer, Integer> sides = LedgerView.sides(watch.ledger, height, shown);
    List<LaneHead> heads = new ArrayList<>();
    for (int number : shown) {
      heads.add(
          new LaneHead(
              LedgerView.cids(watch.ledger, height, number),
              sides.getOrDefault(number, number),
              counts.getOrDefault(number, 0),
              nodes.getOrDefault(number, List.of())));
    }
    var delays = LedgerView.delays(watch.ledger, height);
    return new Lane(height, heads, delays.p50Millis(), delays.p90Millis());
  }
}
