/** The daemon: its roles, and the config that they follow. */
@NullMarked
package fil.heartbeat.app;

import org.jspecify.annotations.NullMarked;
