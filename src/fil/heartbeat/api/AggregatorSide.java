package fil.heartbeat.api;

import fil.heartbeat.aggregator.AggregatorView;
import fil.heartbeat.config.HttpConfig.Hidden;
import fil.heartbeat.history.History;
import fil.heartbeat.history.NoHistory;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/**
 * What the routes read of the aggregator of this process.
 *
 * @param addresses multiaddrs that nodes may dial, with peer id
 */
public record AggregatorSide(
    AggregatorView view, History history, Supplier<List<String>> addresses) {

  /** With a view that hides so much. */
  AggregatorSide hiding(Set<Hidden> hidden) {
    return new AggregatorSide(HidingView.of(view, hidden), history, addresses);
  }

  /** Of an aggregator that keeps no history. */
  public static AggregatorSide of(AggregatorView view) {
    return new AggregatorSide(view, new NoHistory(), List::of);
  }
}
