package fil.heartbeat.api.access;

import fil.heartbeat.aggregator.AggregatorView;
import fil.heartbeat.history.History;
import fil.heartbeat.history.NoHistory;
import java.util.List;
import java.util.function.Supplier;

/**
 * The read side of this process's aggregator, as the HTTP server gets it.
 *
 * @param addresses multiaddrs that nodes may dial, with peer id
 */
public record AggregatorReads(
    AggregatorView view, History history, Supplier<List<String>> addresses) {

  /** Returns the read side of an aggregator without history. */
  public static AggregatorReads of(AggregatorView view) {
    return new AggregatorReads(view, new NoHistory(), List::of);
  }
}
