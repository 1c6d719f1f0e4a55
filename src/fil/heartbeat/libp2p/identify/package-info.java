/** identify and identify push: the message codec and its limits. */
@NullMarked
package fil.heartbeat.libp2p.identify;

import org.jspecify.annotations.NullMarked;
