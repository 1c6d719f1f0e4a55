/** The commands of the program, its log and its shutdown; the only room that prints. */
@NullMarked
package fil.heartbeat.cli;

import org.jspecify.annotations.NullMarked;
