package fil.heartbeat.api.access;

import fil.heartbeat.aggregator.AggregatorView;
import java.util.List;
import java.util.function.Supplier;

/**
 * What the routes read of the aggregator of this process, without what is hidden; only {@link
 * Hiding} makes it.
 *
 * @param addresses multiaddrs that nodes may dial, with peer id
 */
public record FleetSide(AggregatorView view, Past past, Supplier<List<String>> addresses) {}
