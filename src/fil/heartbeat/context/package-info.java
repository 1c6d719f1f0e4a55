/** Calls to values that belong to one context, and their answers. */
@NullMarked
package fil.heartbeat.context;

import org.jspecify.annotations.NullMarked;
