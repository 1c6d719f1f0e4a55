/**
 * The alerts: records, their lifecycle, what suppresses them, and their stored form. Pure but for
 * {@link fil.heartbeat.alert.state.StateWriter}; one owner thread.
 */
@NullMarked
package fil.heartbeat.alert.state;

import org.jspecify.annotations.NullMarked;
