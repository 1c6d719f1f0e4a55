/**
 * What other programs rely on, written down as plain text beside these tests: members of JSON,
 * events, columns of CSV, metrics, keys, commands, stored rows, bodies that receivers get. The
 * program is asked from outside, as a process or by its command line, so that no name of a class
 * has to stay for these tests to run. {@code -Dcontract.write=true} writes the texts anew.
 */
package fil.heartbeat.contract;
