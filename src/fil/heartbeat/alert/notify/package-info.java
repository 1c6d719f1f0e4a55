/**
 * Decides which sink gets what, and when: routes, a queue for each sink, throttles, and the results
 * of deliveries. There is no list of messages: the work is what a sink does not know yet. One owner
 * thread.
 */
@NullMarked
package fil.heartbeat.alert.notify;

import org.jspecify.annotations.NullMarked;
