package fil.heartbeat.aggregator;

import io.vertx.core.Future;

/** The read side of an aggregator. */
@FunctionalInterface
public interface AggregatorView {

  /** What is known now; completes on the caller's context. */
  Future<Snapshot> snapshot();
}
