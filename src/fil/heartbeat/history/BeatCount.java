package fil.heartbeat.history;

import java.time.Instant;

/**
 * How much a peer has beaten: what moves without being a change, written once a slot.
 *
 * @param headSince since when its head is the present one
 * @param beats accepted since it was first seen
 */
public record BeatCount(String peerId, Instant lastBeat, Instant headSince, long beats) {}
