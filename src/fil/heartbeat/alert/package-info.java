/**
 * Alerting: once a second the rules evaluate the changes of the fleet, and the results are stored
 * and sent to sinks.
 *
 * <p>This room drives three others, on the one context of {@link
 * fil.heartbeat.alert.AlertVerticle}, and hands them the time: {@code alert.rule} evaluates
 * conditions, {@code alert.state} turns them into alerts, and {@code alert.notify} decides which
 * sink gets what. {@code app} connects two more: {@code alert.sink} speaks each receiver's format,
 * and {@code alert.canary} tests the whole path, with a context for each of its verticles.
 */
@NullMarked
package fil.heartbeat.alert;

import org.jspecify.annotations.NullMarked;
