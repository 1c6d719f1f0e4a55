package fil.heartbeat.api.access;

import fil.heartbeat.aggregator.AggregatorView;
import fil.heartbeat.history.History;
import fil.heartbeat.history.NoHistory;
import java.util.List;
import java.util.function.Supplier;

/**
 * The aggregator of this process, as it is given to the HTTP server.
 *
 * @param addresses multiaddrs that nodes may dial, with peer id
 */
public record AggregatorReads(
    AggregatorView view, History history, Supplier<List<String>> addresses) {

  /** Of an aggregator that keeps no history. */
  public static AggregatorReads of(AggregatorView view) {
    return new AggregatorReads(view, new NoHistory(), List::of);
  }
}
