/**
 * The data that survives a restart: peers, state changes, connections, alerts, silences, and one
 * row per node and slot of 30 s.
 */
@NullMarked
package fil.heartbeat.history;

import org.jspecify.annotations.NullMarked;
