/**
 * The protobuf wire format, one level of a message at a time, within fixed limits. A value machine
 * without schema, reflection or I/O. Spec: protobuf encoding.
 */
@NullMarked
package fil.heartbeat.libp2p.protobuf;

import org.jspecify.annotations.NullMarked;
