/** What survives a restart: peers, state changes, connections and one row per node and epoch. */
@NullMarked
package fil.heartbeat.history;

import org.jspecify.annotations.NullMarked;
