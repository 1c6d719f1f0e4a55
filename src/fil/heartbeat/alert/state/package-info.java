/**
 * The alerts that there are: records, their life-cycle, what suppresses them, and how all of it is
 * stored. Pure but for {@link fil.heartbeat.alert.state.StateWriter}; one owner thread.
 */
@NullMarked
package fil.heartbeat.alert.state;

import org.jspecify.annotations.NullMarked;
