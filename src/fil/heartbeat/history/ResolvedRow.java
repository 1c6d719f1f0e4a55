package fil.heartbeat.history;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A resolved alert.
 *
 * @param id of the alert
 * @param rule its name in the configuration
 * @param severity its name in the configuration
 * @param peerId null when it was not about a node
 * @param body all of it, JSON
 */
public record ResolvedRow(
    String id,
    String rule,
    String severity,
    @Nullable String peerId,
    Instant startsAt,
    Instant endsAt,
    String summary,
    String body) {}
