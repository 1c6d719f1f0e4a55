package fil.heartbeat.chain.source;

import fil.heartbeat.chain.TipsetKey;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A head as a source read it.
 *
 * @param height 0 to 2^53-1
 * @param genesis CID text, null when not known
 * @param network the network name that the node reports, null when not known
 * @param syncing null when the node does not report it
 * @param asOf when the head was read
 */
record ChainHead(
    TipsetKey key,
    long height,
    @Nullable String genesis,
    @Nullable String network,
    @Nullable Boolean syncing,
    Instant asOf) {

  ChainHead withSyncing(@Nullable Boolean told) {
    return new ChainHead(key, height, genesis, network, told, asOf);
  }

  /** Returns the body of the event bus contract. */
  JsonObject toJson() {
    JsonArray cids = new JsonArray();
    key.cids().forEach(cid -> cids.add(cid.toString()));
    return new JsonObject()
        .put("cids", cids)
        .put("height", height)
        .put("genesis", genesis)
        .put("network", network)
        .put("syncing", syncing)
        .put("asOf", asOf.toString());
  }
}
