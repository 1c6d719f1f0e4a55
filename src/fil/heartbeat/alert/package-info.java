/**
 * Alerts: what of the fleet's state matters, when it is told, to whom, and when it is over. The
 * rules and the life-cycle are values and pure steps over (before, picture, now); one verticle
 * gives them the time, keeps what they change, and hands notifications to sinks.
 */
@NullMarked
package fil.heartbeat.alert;

import org.jspecify.annotations.NullMarked;
