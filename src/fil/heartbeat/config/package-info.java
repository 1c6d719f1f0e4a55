/**
 * config.json as records; every fault is one line with the path, the invalid value and the expected
 * one. Also what rooms that read a config share: small files and how they are watched ({@code
 * FileWatch}, {@code SmallFile}, {@code LockFile}), secrets ({@code Secret}), how log lines name a
 * node ({@code NodeLabel}, {@code LogMarkers}), and failures that a restart does not fix ({@code
 * LastingException}).
 */
@NullMarked
package fil.heartbeat.config;

import org.jspecify.annotations.NullMarked;
