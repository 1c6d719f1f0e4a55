package fil.heartbeat.alert.model;

import org.jspecify.annotations.Nullable;

/**
 * What people read of an alert.
 *
 * @param summary one line: who, and what was seen
 * @param detail null when the summary says it all
 */
public record AlertText(String summary, @Nullable String detail) {}
