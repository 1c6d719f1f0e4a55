package fil.heartbeat.aggregator;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;

/** Records periodically that its event loop runs. */
final class LoopWatch extends VerticleBase {
  private final LoopActivity loops;
  private final int loop;
  private final Clocks clock;

  LoopWatch(LoopActivity loops, int loop, Clocks clock) {
    this.loops = loops;
    this.loop = loop;
    this.clock = clock;
  }

  @Override
  public Future<?> start() {
    loops.ran(loop, clock.nanos());
    long unused =
        vertx.setPeriodic(AggregatorVerticle.TICK_MILLIS, timer -> loops.ran(loop, clock.nanos()));
    return Future.succeededFuture();
  }
}
