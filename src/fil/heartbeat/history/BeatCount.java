package fil.heartbeat.history;

import java.time.Instant;

/**
 * A peer's counters, which move without being a change; written once a slot.
 *
 * @param headSince when its current head was first reported
 * @param beats accepted since it was first seen
 */
public record BeatCount(String peerId, Instant lastBeat, Instant headSince, long beats) {}
