package fil.heartbeat.api.access;

import fil.heartbeat.aggregator.AggregatorView;
import java.util.List;
import java.util.function.Supplier;

/**
 * The aggregator as the routes read it, after redaction; only {@link Hiding} makes it.
 *
 * @param addresses multiaddrs that nodes may dial, with peer id
 */
public record FleetReads(AggregatorView view, Past past, Supplier<List<String>> addresses) {}
