/**
 * Where a head comes from: a node's JSON-RPC or a simulated chain; the verticles that answer for
 * head and miner address on the event bus.
 */
@NullMarked
package fil.heartbeat.chain.source;

import org.jspecify.annotations.NullMarked;
