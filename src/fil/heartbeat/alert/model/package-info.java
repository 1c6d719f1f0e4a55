/**
 * Values of alerting that other rooms see: rules, alerts, silences, notifications, and the port to
 * sinks. Knows no other room.
 */
@NullMarked
package fil.heartbeat.alert.model;

import org.jspecify.annotations.NullMarked;
