package fil.heartbeat.aggregator;

import fil.heartbeat.aggregator.ChainView.Lane;
import fil.heartbeat.aggregator.ChainView.LaneHead;
import fil.heartbeat.fleet.LedgerView;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The newest heights of each network, as lanes of heads with the nodes that reported them. */
final class Lanes {
  private Lanes() {}

  static List<ChainView> of(Collection<Watch> watches, Collection<Slot> slots, int heights) {
    List<ChainView> views = new ArrayList<>();
    for (Watch watch : watches) {
      List<Slot> members = slots.stream().filter(slot -> slot.watch == watch).toList();
      long top =
          members.stream()
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

  private static Lane lane(Watch watch, List<Slot> members, long height) {
    Map<Integer, List<String>> nodes = new HashMap<>();
    Map<Integer, Integer> counts = new HashMap<>();
    for (Slot slot : members) {
      int number = LedgerView.number(watch.ledger, slot.reports, height);
      if (number >= 0) {
        counts.merge(number, 1, Integer::sum);
        List<String> sample = nodes.computeIfAbsent(number, ignored -> new ArrayList<>());
        if (sample.size() < LaneHead.MAX_SAMPLE) {
          sample.add(slot.peerId);
        }
      }
    }
    List<LaneHead> heads = new ArrayList<>();
    counts.entrySet().stream()
        .sorted(
            Map.Entry.<Integer, Integer>comparingByValue()
                .reversed()
                .thenComparing(Map.Entry.comparingByKey()))
        .forEach(
            count ->
                heads.add(
                    new LaneHead(
                        LedgerView.cids(watch.ledger, height, count.getKey()),
                        LedgerView.side(watch.ledger, height, count.getKey(), counts.keySet()),
                        count.getValue(),
                        nodes.getOrDefault(count.getKey(), List.of()))));
    var delays = LedgerView.delays(watch.ledger, height);
    return new Lane(height, heads, delays.p50Millis(), delays.p90Millis());
  }
}
