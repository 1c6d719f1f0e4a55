/** Text: input from others made safe, and times and durations for people. */
@NullMarked
package fil.heartbeat.text;

import org.jspecify.annotations.NullMarked;
