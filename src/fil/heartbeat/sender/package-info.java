/** One heartbeat verticle per target, and the transport port it writes to. */
@NullMarked
package fil.heartbeat.sender;

import org.jspecify.annotations.NullMarked;
