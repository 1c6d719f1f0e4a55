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
 * @param baseFee in attoFIL; null when not known
 * @param rpcMillis duration of the request; null when none was made
 */
record ChainHead(
    TipsetKey key,
    long height,
    @Nullable String genesis,
    @Nullable String network,
    @Nullable Boolean syncing,
    Instant asOf,
    @Nullable String baseFee,
    @Nullable Integer rpcMillis) {

  /** A head without base fee and time of the request. */
  ChainHead(
      TipsetKey key,
      long height,
      @Nullable String genesis,
      @Nullable String network,
      @Nullable Boolean syncing,
      Instant asOf) {
    this(key, height, genesis, network, syncing, asOf, null, null);
  }

  ChainHead withSyncing(@Nullable Boolean told) {
    return new ChainHead(key, height, genesis, network, told, asOf, baseFee, rpcMillis);
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
