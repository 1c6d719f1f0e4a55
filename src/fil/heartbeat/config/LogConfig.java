package fil.heartbeat.config;

/** The daemon's log. */
public record LogConfig(String level, boolean json) {}
