package fil.heartbeat.aggregator;

import java.util.Map;
import java.util.TreeMap;

/** Counts what comes in, so that nothing of it is unaccounted for. */
final class Tally {
  private final Map<String, Long> dropped = new TreeMap<>();
  private long received;
  private long accepted;

  void took() {
    received++;
    accepted++;
  }

  void dropped(String reason, long count) {
    received += count;
    dropped.merge(reason, count, Long::sum);
  }

  IngestCounts counts() {
    return new IngestCounts(received, accepted, dropped);
  }
}
