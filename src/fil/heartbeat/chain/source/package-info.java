/**
 * Sources of chain heads (a node's JSON-RPC API, a simulated chain), and the verticles that answer
 * requests for head and miner address on the event bus.
 */
@NullMarked
package fil.heartbeat.chain.source;

import org.jspecify.annotations.NullMarked;
