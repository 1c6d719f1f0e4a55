/**
 * What every client of another server needs: when to try again, and how failures that go on are
 * logged.
 */
@NullMarked
package fil.heartbeat.client;

import org.jspecify.annotations.NullMarked;
