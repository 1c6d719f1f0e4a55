/** Questions to what lives on a context of its own, and their answers. */
@NullMarked
package fil.heartbeat.context;

import org.jspecify.annotations.NullMarked;
