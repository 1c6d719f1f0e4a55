package fil.heartbeat.history;

import fil.heartbeat.fleet.State;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A node went from one state to another.
 *
 * @param reason one line for people; null when the states say it all
 */
public record StateChange(
    String peerId, Instant at, State from, State to, @Nullable String reason) {}
