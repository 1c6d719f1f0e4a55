/**
 * Self-describing bytes as text and back: unsigned varints, base58btc, lower-case base32. Pure
 * values, bounded input; shared by {@code chain} and {@code libp2p}, which otherwise know nothing
 * of each other.
 */
@NullMarked
package fil.heartbeat.multiformats;

import org.jspecify.annotations.NullMarked;
