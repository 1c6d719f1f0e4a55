package fil.heartbeat.aggregator;

import java.util.Map;

/**
 * Counts of all beats: {@code received = accepted + } the sum of {@code dropped}.
 *
 * @param dropped by reason; the reasons are a fixed set
 */
public record IngestCounts(long received, long accepted, Map<String, Long> dropped) {
  /** Drop reason of beats that arrived faster than they could be processed. */
  public static final String OVERFLOW = "overflow";

  public IngestCounts {
    dropped = Map.copyOf(dropped);
  }
}
