package fil.heartbeat.aggregator;

import fil.heartbeat.fleet.State;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

/** The first while after a start, in which nobody is judged, and what was so before it. */
final class Beginning {
  private final Moment started;
  private final Duration length;
  private final Map<State, Integer> before = new EnumMap<>(State.class);

  Beginning(Moment started, Duration length) {
    this.started = started;
    this.length = length;
  }

  /** A node was known to be in a state before the start. */
  void knew(State state) {
    before.merge(state, 1, Integer::sum);
  }

  boolean lasts(Moment now) {
    return left(now).compareTo(Duration.ZERO) > 0;
  }

  private Duration left(Moment now) {
    return length.minusNanos(now.nanos() - started.nanos());
  }

  Warmup at(Moment now) {
    return new Warmup(lasts(now) ? left(now) : Duration.ZERO, before);
  }
}
