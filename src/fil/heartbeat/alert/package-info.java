/**
 * Alerting: once a second the rules evaluate the changes of the fleet, and the results are stored
 * and sent to sinks. This room drives the others, which have no clock and no timer: {@code
 * alert.rule} evaluates conditions, {@code alert.state} turns them into alerts, {@code
 * alert.notify} decides which sink gets what, {@code alert.sink} speaks each receiver's format, and
 * {@code alert.canary} tests the whole path. One context owns all of it.
 */
@NullMarked
package fil.heartbeat.alert;

import org.jspecify.annotations.NullMarked;
