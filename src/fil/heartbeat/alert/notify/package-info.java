/**
 * Which sink is sent what, and when: routes, a queue for each sink, throttles, and how deliveries
 * went. There is no list of messages: what a sink does not know yet is the work. One owner thread.
 */
@NullMarked
package fil.heartbeat.alert.notify;

import org.jspecify.annotations.NullMarked;
