package fil.heartbeat.sender;

import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.SplittableRandom;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * The sources of time and randomness of one sender.
 *
 * @param nanoTime for intervals
 * @param wall for times that others read
 * @param random used by one thread at a time
 * @param timers timers of the verticle's context
 */
record SenderClock(
    LongSupplier nanoTime, InstantSource wall, RandomGenerator random, Timers timers) {

  static SenderClock of(Vertx vertx) {
    return new SenderClock(
        System::nanoTime, InstantSource.system(), new SplittableRandom(), Timers.of(vertx));
  }
}
