package fil.heartbeat.sender;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * The present state of one sender. Beats due = {@code beatsSent} + the sum of {@code skipped} + at
 * most one being built.
 *
 * @param target multiaddr that beats are sent to
 * @param peerId the peer id in it, base58
 * @param localPeerId the id that the target sees, when the transport has one
 * @param nickname may be empty
 * @param connected whether a stream is open
 * @param beatsSent frames that the peer's window covered and the socket accepted
 * @param skipped beats that were due and not sent, by {@link SkipReason#label}; every reason is
 *     present
 * @param connects streams opened
 * @param failedConnects attempts that failed
 * @param lastBeatAt when the last frame was sent
 * @param headAsOf when the head of the last beat that had one was read from the node
 * @param lastError the last failure of the current outage; empty while connected
 * @param headFailures answers to the head request with a fault, by {@link HeadFault#label}, and as
 *     {@code member-…} the answers of the node about optional members that failed, by their meaning
 * @param minerFailures answers to the address request with a fault, by {@link MinerFault#label}
 */
public record SenderStatus(
    String target,
    String peerId,
    Optional<String> localPeerId,
    String nickname,
    boolean connected,
    long beatsSent,
    Map<String, Long> skipped,
    long connects,
    long failedConnects,
    Optional<Instant> lastBeatAt,
    Optional<Instant> headAsOf,
    Optional<String> lastError,
    Map<String, Long> headFailures,
    Map<String, Long> minerFailures) {

  public SenderStatus {
    skipped = Map.copyOf(skipped);
    headFailures = Map.copyOf(headFailures);
    minerFailures = Map.copyOf(minerFailures);
  }
}
