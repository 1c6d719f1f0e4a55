package fil.heartbeat.alert.model;

import java.time.Instant;

/**
 * Who acknowledged an alert, and when.
 *
 * @param by the token's name, or the name that the caller gave
 */
public record Acknowledgement(String by, Instant at, String comment) {}
