/**
 * config.json as records; every fault is one line with the path, the invalid value and the expected
 * one.
 */
@NullMarked
package fil.heartbeat.config;

import org.jspecify.annotations.NullMarked;
