/**
 * The daemon: {@code App} starts its roles one after the other, hands each config that is new to
 * them, and takes them down. Beside them the file of the config and the locks of keys and history.
 */
@NullMarked
package fil.heartbeat.app;

import org.jspecify.annotations.NullMarked;
