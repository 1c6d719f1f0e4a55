/**
 * Alerting: once a second what changed in the fleet is evaluated by rules, stored, and sent to
 * sinks. This room drives the others, which hold no clock and no timer: {@code alert.rule} says
 * what holds, {@code alert.state} what that makes of alerts, {@code alert.notify} who is sent it,
 * {@code alert.sink} how a receiver gets it, and {@code alert.canary} whether all of that works.
 * One context owns all of it.
 */
@NullMarked
package fil.heartbeat.alert;

import org.jspecify.annotations.NullMarked;
