/** The page: static files, served as they are. */
@NullMarked
package fil.heartbeat.dashboard;

import org.jspecify.annotations.NullMarked;
