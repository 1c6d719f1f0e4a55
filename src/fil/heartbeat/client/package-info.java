/**
 * What every client of another server needs: calls that are bounded, how it names itself, when to
 * try again, and how failures that go on are logged.
 */
@NullMarked
package fil.heartbeat.client;

import org.jspecify.annotations.NullMarked;
