package fil.heartbeat.aggregator;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Counts received beats: accepted ones, and dropped ones by reason. Not thread-safe. */
final class BeatAccount {

  /** Drop reasons of this layer; the decoder adds its own. */
  static final String DROP_HEAD = "head";

  static final String DROP_OVERFLOW = IngestCounts.OVERFLOW;
  static final String DROP_RATE = "rate";
  static final String DROP_STRANGERS = "strangers";
  static final String DROP_DENIED = "denied";

  private final Map<String, Long> dropped = new TreeMap<>();
  private final Map<String, Long> odd = new TreeMap<>();
  private long received;
  private long accepted;

  void accepted() {
    received++;
    accepted++;
  }

  void dropped(String reason, long count) {
    received += count;
    dropped.merge(reason, count, Long::sum);
  }

  /** Counts optional members that were left out of an accepted beat, by name. */
  void odd(Set<String> members) {
    members.forEach(member -> odd.merge(member, 1L, Long::sum));
  }

  IngestCounts counts() {
    return new IngestCounts(received, accepted, dropped, odd);
  }
}
