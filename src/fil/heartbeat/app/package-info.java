/**
 * The daemon: {@code App} starts its roles one after the other, passes each new config to them, and
 * stops them. Also the config file, and the locks of keys and history.
 */
@NullMarked
package fil.heartbeat.app;

import org.jspecify.annotations.NullMarked;
