package fil.heartbeat.api.rest;

import io.vertx.core.Future;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * A cache of answers that are expensive to make: each is made at most once a second, for all
 * callers, and a few are stored that long. Used on one event loop.
 *
 * @param <K> the question
 * @param <V> the answer
 */
final class Recent<K, V> {
  static final long LASTS_NANOS = 1_000_000_000;

  /** Finished answers that are stored. */
  static final int MAX_KEPT = 8;

  private record Made<V>(Future<V> answer, long at) {}

  private final LongSupplier nanoTime;
  private final Map<K, Made<V>> made = new HashMap<>();

  /**
   * @param nanoTime monotonic
   */
  Recent(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** Returns the answer that is less than a second old or in progress, else a new one. */
  Future<V> ask(K question, Supplier<Future<V>> make) {
    long now = nanoTime.getAsLong();
    made.values().removeIf(each -> each.answer().isComplete() && now - each.at() >= LASTS_NANOS);
    Made<V> known = made.get(question);
    if (known != null && !known.answer().failed()) {
      return known.answer();
    }
    for (Iterator<Made<V>> all = made.values().iterator();
        made.size() >= MAX_KEPT && all.hasNext(); ) {
      if (all.next().answer().isComplete()) {
        all.remove();
      }
    }
    Future<V> answer = make.get();
    made.put(question, new Made<>(answer, now));
    return answer;
  }
}
