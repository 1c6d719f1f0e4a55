/**
 * Live events for pages: one model a second for all viewers, each event compressed once, what a
 * viewer did not read bounded, and a cursor with which a stream that broke goes on.
 */
@NullMarked
package fil.heartbeat.api.feed;

import org.jspecify.annotations.NullMarked;
