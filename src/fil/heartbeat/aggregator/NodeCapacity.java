package fil.heartbeat.aggregator;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The number of nodes that this process can handle by each of its limits.
 *
 * @param limits the tightest first; empty when nobody measured
 * @param connections the most connections at once, which the host enforces
 * @param raise the setting that allows more connections
 */
public record NodeCapacity(List<Limit> limits, int connections, String raise) {

  /** Of an aggregator that nobody measured: it has only its configured limits. */
  public static final NodeCapacity UNKNOWN = new NodeCapacity(List.of(), Integer.MAX_VALUE, "");

  /**
   * One limit.
   *
   * @param setting the key or flag to raise, as metrics and the HTTP API name it
   * @param text the setting with its value, for people
   * @param nodes beating each 3 s
   */
  public record Limit(String setting, String text, long nodes) {}

  /** Sorts the limits. */
  public NodeCapacity {
    limits = limits.stream().sorted(Comparator.comparingLong(Limit::nodes)).toList();
  }

  /** Returns the tightest limit; empty when nobody measured. */
  public Optional<Limit> tightest() {
    return limits.stream().findFirst();
  }

  /** Returns how many nodes it can handle; 0 when nobody measured. */
  public long nodes() {
    return tightest().map(Limit::nodes).orElse(0L);
  }
}
