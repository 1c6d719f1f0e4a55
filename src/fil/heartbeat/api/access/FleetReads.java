package fil.heartbeat.api.access;

import fil.heartbeat.aggregator.AggregatorView;
import io.vertx.core.Future;
import java.util.List;
import java.util.function.LongFunction;
import java.util.function.Supplier;

/**
 * The aggregator as the routes read it, after redaction; only {@link Hiding} makes it.
 *
 * @param addresses multiaddrs that nodes may dial, with peer id
 * @param health what changed since a version, as far as the health of nodes depends on it
 */
public record FleetReads(
    AggregatorView view,
    Past past,
    Supplier<List<String>> addresses,
    LongFunction<Future<HealthChanges>> health) {}
