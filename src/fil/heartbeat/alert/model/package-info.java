/**
 * Types of alerting that other rooms use: rules, alerts, silences, notifications, and the interface
 * of sinks. Depends on no other room.
 */
@NullMarked
package fil.heartbeat.alert.model;

import org.jspecify.annotations.NullMarked;
