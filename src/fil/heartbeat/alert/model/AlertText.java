package fil.heartbeat.alert.model;

import org.jspecify.annotations.Nullable;

/**
 * The text of an alert for people.
 *
 * @param summary one line: the subject and what was observed
 * @param detail null when the summary is enough
 */
public record AlertText(String summary, @Nullable String detail) {}
