package fil.heartbeat.history;

import fil.heartbeat.fleet.State;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A node changed its state.
 *
 * @param reason one line for people; null when the states are enough
 */
public record StateChange(
    String peerId, Instant at, State from, State to, @Nullable String reason) {}
