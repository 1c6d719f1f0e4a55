package fil.heartbeat.history;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A peer's heartbeat stream opened or ended.
 *
 * @param opened else it ended
 * @param address socket address, as multiaddr
 * @param reason why it ended; null when it opened or ended in good order
 */
public record ConnectionEvent(
    String peerId, Instant at, boolean opened, @Nullable String address, @Nullable String reason) {}
