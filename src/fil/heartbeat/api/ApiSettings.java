package fil.heartbeat.api;

/**
 * @param host address to bind
 * @param port 0 picks a free one
 * @param version of this program, as it is told
 * @param maxNodeSeries nodes up to which each has series of its own in the metrics
 */
public record ApiSettings(String host, int port, String version, int maxNodeSeries) {

  /**
   * Series for a thousand nodes: some ten thousand, which a small Prometheus takes in its stride.
   */
  public static final int MAX_NODE_SERIES = 1000;

  public ApiSettings(String host, int port, String version) {
    this(host, port, version, MAX_NODE_SERIES);
  }
}
