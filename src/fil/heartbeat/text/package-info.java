/** Text: of others made safe, and moments, spans and durations as people read them. */
@NullMarked
package fil.heartbeat.text;

import org.jspecify.annotations.NullMarked;
