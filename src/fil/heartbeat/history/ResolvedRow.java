package fil.heartbeat.history;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An alert that is over.
 *
 * @param id of the incident
 * @param rule in the word of the configuration
 * @param severity in the word of the configuration
 * @param peerId null when it was about no node
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
