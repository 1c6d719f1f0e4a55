/**
 * config.json as records; every fault is one line with the path, the bad value and what was
 * expected.
 */
@NullMarked
package fil.heartbeat.config;

import org.jspecify.annotations.NullMarked;
