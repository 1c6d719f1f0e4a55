package fil.heartbeat.history;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A peer's heartbeat stream was opened or closed.
 *
 * @param opened false when it was closed
 * @param address socket address, as multiaddr
 * @param reason why it was closed; null when it was opened or closed in good order
 */
public record ConnectionEvent(
    String peerId, Instant at, boolean opened, @Nullable String address, @Nullable String reason) {}
