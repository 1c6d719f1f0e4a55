/**
 * Doubles of the nodes that people run, one class for each kind of API. Each serves its own paths,
 * methods, numbers of params and permissions, and refuses anything else with the status, code, text
 * and form of the real one.
 */
@NullMarked
package fil.heartbeat.testing.nodes;

import org.jspecify.annotations.NullMarked;
