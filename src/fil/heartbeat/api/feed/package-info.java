/**
 * Live events for pages: one model for all viewers, each event compressed once, a bound on what
 * waits for a slow viewer, and a cursor with which a broken stream resumes.
 */
@NullMarked
package fil.heartbeat.api.feed;

import org.jspecify.annotations.NullMarked;
