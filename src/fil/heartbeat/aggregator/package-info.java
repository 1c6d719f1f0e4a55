/**
 * Accepts heartbeat streams, stores the last beat of each peer, and judges all of them once a
 * second.
 *
 * <p>How the registry works. All of it lives on the context of {@link AggregatorVerticle}; {@code
 * Ingest} brings the events of streams there in batches, each with its time. The verticle calls the
 * registry, which passes on:
 *
 * <ul>
 *   <li>A beat, {@code onBeat}: refused when the peer is not admitted or sends too often. When it
 *       repeats the last one, as most do, only times and counts move. Otherwise its claims go into
 *       the {@code PeerEntry} of the peer, its name and miner to {@code ClaimConflicts}, its head
 *       to the {@code NetworkState} of its network and so into the ledger.
 *   <li>Streams, {@code onArrive} to {@code onFarewell}: {@code Presence} counts them. A stream
 *       without a beat makes no node and does not bring a lost one back.
 *   <li>Ten times a second, {@code tick}: proves that this process runs. Beats that are late
 *       because of this process count against no node.
 *   <li>Once a second, {@code evaluate}: {@code Evaluator} asks a {@code DueWheel} whose deadlines
 *       passed. Where one of these or an event may change something, {@code Networks} has all nodes
 *       of that network judged: {@code Evaluation} chooses the voters and judges each, and {@code
 *       judged} stores the changes. Elsewhere all stays as it is. Then old peers are forgotten and
 *       {@code SlotRows} gives history its rows.
 *   <li>Queries: {@link Node}s are made from entries on request. {@code PeerTable} gives each
 *       change a version, so that an answer holds only the changes since one.
 * </ul>
 *
 * <p>{@code PeerTable} alone decides which peers are known: an entry begins and ends there, and
 * {@code onForgotten} takes it out of claims, ledger and history. {@code Membership} decides which
 * peers are admitted, expected and voters; it may change at any time and then moves entries, not
 * beats. When the clock is set, {@code stepped} moves all times and {@code Warmth} pauses judging
 * for a while.
 */
@NullMarked
package fil.heartbeat.aggregator;

import org.jspecify.annotations.NullMarked;
