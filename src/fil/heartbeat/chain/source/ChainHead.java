package fil.heartbeat.chain.source;

import fil.heartbeat.chain.TipsetKey;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A head as a source read it at {@code asOf}. */
record ChainHead(
    TipsetKey key, long height, @Nullable String genesis, @Nullable Boolean syncing, Instant asOf) {

  /** The body of the event bus contract. */
  JsonObject toJson() {
    JsonArray cids = new JsonArray();
    key.cids().forEach(cid -> cids.add(cid.toString()));
    return new JsonObject()
        .put("cids", cids)
        .put("height", height)
        .put("genesis", genesis)
        .put("syncing", syncing)
        .put("asOf", asOf.toString());
  }
}
