package fil.heartbeat.alert.model;

import java.time.Instant;

/**
 * That somebody took an alert.
 *
 * @param by name of a token, or what the caller says
 */
public record Acknowledgement(String by, Instant at, String comment) {}
