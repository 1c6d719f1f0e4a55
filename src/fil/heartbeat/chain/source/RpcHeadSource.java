package fil.heartbeat.chain.source;

import fil.heartbeat.chain.Cid;
import fil.heartbeat.chain.TipsetKey;
import fil.heartbeat.chain.source.RpcException.Kind;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A lotus, venus or forest node. The genesis is asked for at first and after a failure, since
 * another node may answer then; what a node does not know of syncing is not asked again.
 */
final class RpcHeadSource implements HeadSource {
  /** A sync this far behind its target is one; less is the normal arrival of a tipset. */
  private static final long SYNCING_EPOCHS = 5;

  /** How a node tells whether it is syncing. */
  private enum SyncMethod {
    LOTUS("Filecoin.SyncState"),
    FOREST("Forest.SyncStatus"),
    NONE("");

    private final String method;

    SyncMethod(String method) {
      this.method = method;
    }
  }

  private final JsonRpcClient client;
  private final InstantSource clock;
  private SyncMethod syncMethod = SyncMethod.LOTUS;
  private @Nullable String genesis;

  RpcHeadSource(JsonRpcClient client, InstantSource clock) {
    this.client = client;
    this.clock = clock;
  }

  @Override
  public Future<ChainHead> read() {
    return readGenesis()
        .compose(known -> client.call("Filecoin.ChainHead", new JsonArray()))
        .compose(this::withSync)
        .onFailure(failure -> genesis = null);
  }

  @Override
  public void close() {
    client.close();
  }

  private Future<?> readGenesis() {
    if (genesis != null) {
      return Future.succeededFuture();
    }
    return client
        .call("Filecoin.ChainGetGenesis", new JsonArray())
        .map(result -> tipset("Filecoin.ChainGetGenesis", result))
        .onSuccess(
            first -> genesis = first.key().isEmpty() ? null : first.key().cids().get(0).toString());
  }

  private record Tipset(TipsetKey key, long height) {}

  private Future<ChainHead> withSync(@Nullable Object result) {
    Tipset head = tipset("Filecoin.ChainHead", result);
    return syncing(head.height())
        .map(
            syncing -> new ChainHead(head.key(), head.height(), genesis, syncing, clock.instant()));
  }

  private Future<@Nullable Boolean> syncing(long height) {
    if (syncMethod == SyncMethod.NONE) {
      return Future.succeededFuture(null);
    }
    SyncMethod asked = syncMethod;
    return client
        .call(asked.method, new JsonArray())
        .<@Nullable Boolean>map(
            answer -> asked == SyncMethod.LOTUS ? lotus(answer, height) : forest(answer))
        .recover(
            failure -> {
              if (failure instanceof RpcException e && e.kind() == Kind.NO_METHOD) {
                syncMethod = asked == SyncMethod.LOTUS ? SyncMethod.FOREST : SyncMethod.NONE;
                return syncing(height);
              }
              // A head without it is worth more than none.
              return Future.succeededFuture(null);
            });
  }

  /** {@code {"ActiveSyncs":[{"Stage":n,"Target":{"Height":h}}…]}}; 4 complete, 5 errored. */
  private static @Nullable Boolean lotus(@Nullable Object answer, long height) {
    if (!(answer instanceof JsonObject json)
        || !(json.getValue("ActiveSyncs") instanceof JsonArray syncs)) {
      return null;
    }
    for (Object each : syncs) {
      if (each instanceof JsonObject sync
          && sync.getValue("Stage") instanceof Number stage
          && stage.intValue() != 4
          && stage.intValue() != 5
          && sync.getValue("Target") instanceof JsonObject target
          && target.getValue("Height") instanceof Number targetHeight
          && targetHeight.longValue() - height >= SYNCING_EPOCHS) {
        return true;
      }
    }
    return false;
  }

  /** {@code {"status":"Synced"|"Syncing"|…}}. */
  private static @Nullable Boolean forest(@Nullable Object answer) {
    if (answer instanceof JsonObject json && json.getValue("status") instanceof String status) {
      return !status.equalsIgnoreCase("synced");
    }
    return null;
  }

  private static Tipset tipset(String method, @Nullable Object result) {
    if (result instanceof JsonObject json
        && json.getValue("Cids") instanceof JsonArray cids
        && json.getValue("Height") instanceof Number height
        && cids.size() <= TipsetKey.MAX_CIDS) {
      List<Cid> blocks = new ArrayList<>();
      for (Object each : cids) {
        if (each instanceof JsonObject link && link.getValue("/") instanceof String text) {
          try {
            blocks.add(Cid.parse(text));
          } catch (IllegalArgumentException e) {
            throw new RpcException(Kind.FAILED, method + ": " + e.getMessage());
          }
        }
      }
      if (blocks.size() == cids.size() && height.longValue() >= 0) {
        return new Tipset(TipsetKey.of(blocks), height.longValue());
      }
    }
    throw new RpcException(
        Kind.FAILED, method + ": an answer that is no tipset (expected: {Cids, Blocks, Height})");
  }
}
