/** Filecoin values: CID, tipset key, address, network, epoch clock. */
@NullMarked
package fil.heartbeat.chain;

import org.jspecify.annotations.NullMarked;
