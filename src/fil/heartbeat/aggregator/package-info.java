/**
 * Takes heartbeat streams, keeps the last beat of each peer, and judges all of them once a second.
 *
 * <p>How the registry works. All of it lives on the context of {@link AggregatorVerticle}; {@code
 * Ingest} brings what streams hear there, in batches, with the time of each. The verticle calls,
 * the registry hands on:
 *
 * <ul>
 *   <li>A beat, {@code onBeat}: refused when the peer may not speak or speaks too often. When it
 *       says what the last one said, as most do, only times and counts move. Else its claims go
 *       into the {@code PeerEntry} of the peer, its name and miner to {@code ClaimConflicts}, its
 *       head to the {@code NetworkState} of its network and so into the ledger.
 *   <li>Streams, {@code onArrive} to {@code onFarewell}: {@code Presence} counts them. A stream
 *       without a beat makes no node and brings none back.
 *   <li>Ten times a second, {@code tick}: that we run. What is late by our fault is held against no
 *       node.
 *   <li>Once a second, {@code evaluate}: {@code Networks} groups entries by network, {@code
 *       Evaluation} chooses who votes and judges each, and {@code judged} keeps what changed. Then
 *       old peers are forgotten and {@code SlotRows} hands history its rows.
 *   <li>Questions: {@link Node}s are made of entries when somebody asks. {@code PeerTable} gives
 *       each change a version, so that only what changed since one is told.
 * </ul>
 *
 * <p>{@code PeerTable} alone knows who is known: an entry begins in it and ends there, and {@code
 * onForgotten} takes it out of claims, ledger and history. {@code Membership} says who may speak,
 * who is expected and who votes; it may change at any time and then moves entries, not beats. When
 * the clock is set, {@code stepped} moves all times and {@code Warmth} lets nobody be judged for a
 * while.
 */
@NullMarked
package fil.heartbeat.aggregator;

import org.jspecify.annotations.NullMarked;
