/** The daemon: its commands and the wiring of its verticles. */
@NullMarked
package fil.heartbeat;

import org.jspecify.annotations.NullMarked;
