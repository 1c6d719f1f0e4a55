package fil.heartbeat.config;

/** The HTTP role. {@code port} 0 picks a free one. */
public record HttpConfig(String host, int port) {}
