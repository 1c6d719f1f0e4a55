package fil.heartbeat.config;

/**
 * The HTTP role.
 *
 * @param port 0 picks a free one
 * @param maxNodeSeries nodes up to which the metrics have series for each
 */
public record HttpConfig(String host, int port, int maxNodeSeries) {}
