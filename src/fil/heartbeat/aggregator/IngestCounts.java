package fil.heartbeat.aggregator;

import java.util.Map;

/**
 * Counts of all beats: {@code received = accepted + } the sum of {@code dropped}.
 *
 * @param dropped by reason; the reasons are a fixed set
 * @param odd optional members that were left out of accepted beats because of their type, form or
 *     range, by name; the names are a fixed set
 */
public record IngestCounts(
    long received, long accepted, Map<String, Long> dropped, Map<String, Long> odd) {

  /** Drop reason of beats that arrived faster than they could be processed. */
  public static final String OVERFLOW = "overflow";

  /** Counts without odd members. */
  public IngestCounts(long received, long accepted, Map<String, Long> dropped) {
    this(received, accepted, dropped, Map.of());
  }

  public IngestCounts {
    dropped = Map.copyOf(dropped);
    odd = Map.copyOf(odd);
  }
}
