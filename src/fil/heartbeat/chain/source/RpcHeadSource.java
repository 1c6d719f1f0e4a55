package fil.heartbeat.chain.source;

import fil.heartbeat.chain.Cid;
import fil.heartbeat.chain.TipsetKey;
import fil.heartbeat.chain.source.RpcException.Kind;
import fil.heartbeat.client.FailureLog;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A lotus, venus or forest node. Genesis and network are requested once, and again after each new
 * connection, since another node may answer on it. A method that a node does not know is not called
 * again on that connection.
 */
final class RpcHeadSource implements HeadSource {
  private static final Logger log = LoggerFactory.getLogger(RpcHeadSource.class);
  private static final long MAX_HEIGHT = (1L << 53) - 1;
  private static final JsonArray NONE = new JsonArray();

  /** Wait before another attempt: a genesis that cannot be read must not delay every head. */
  private static final Duration ASK_AGAIN = Duration.ofSeconds(30);

  private final JsonRpcClient client;
  private final String node;
  private final InstantSource clock;
  private final LongSupplier nanoTime;
  private final FailureLog genesisLog = new FailureLog();
  private List<SyncState> syncStates = new ArrayList<>(List.of(SyncState.values()));
  private long askAgainNanos;
  private int identified;
  private boolean tellsFinalized = true;
  private @Nullable String genesis;
  private @Nullable String network;

  /**
   * @param node name in log lines
   */
  RpcHeadSource(JsonRpcClient client, String node, InstantSource clock, LongSupplier nanoTime) {
    this.client = client;
    this.node = node;
    this.clock = clock;
    this.nanoTime = nanoTime;
    this.askAgainNanos = nanoTime.getAsLong();
  }

  @Override
  public Future<ChainHead> read() {
    return client
        .call("Filecoin.ChainHead", NONE)
        .map(answer -> new Reading(tipset("Filecoin.ChainHead", answer), clock.instant()))
        .compose(
            reading ->
                identify()
                    .map(
                        done ->
                            new ChainHead(
                                reading.head.key,
                                reading.head.height,
                                genesis,
                                network,
                                null,
                                reading.asOf)));
  }

  @Override
  public Future<@Nullable Boolean> syncing(ChainHead head) {
    Iterator<SyncState> states = syncStates.iterator();
    if (!states.hasNext()) {
      return Future.succeededFuture(null);
    }
    SyncState state = states.next();
    return client
        .call(state.method(), NONE)
        .<@Nullable Boolean>map(answer -> state.read(answer, head.height()))
        .recover(
            failure -> {
              if (isUnknownMethod(failure) && syncStates.remove(state)) {
                return syncing(head);
              }
              // A head without it is worth more than none.
              log.debug("cannot read sync state node={} cause={}", node, failure.getMessage());
              return Future.succeededFuture(null);
            });
  }

  @Override
  public Future<@Nullable Finalized> finalized() {
    if (!tellsFinalized) {
      return Future.succeededFuture(null);
    }
    String method = "Filecoin.ChainGetFinalizedTipSet";
    return client
        .call(method, NONE)
        .<@Nullable Finalized>map(
            answer -> {
              Tipset last = tipset(method, answer);
              return new Finalized(last.key, last.height);
            })
        .recover(
            failure -> {
              // A head without it is worth more than none.
              tellsFinalized = !isUnknownMethod(failure);
              log.debug(
                  "cannot read finalized tipset node={} cause={}", node, failure.getMessage());
              return Future.succeededFuture(null);
            });
  }

  @Override
  public Optional<Instant> date() {
    return client.date();
  }

  @Override
  public void close() {
    client.close();
  }

  private record Tipset(TipsetKey key, long height) {}

  private record Reading(Tipset head, Instant asOf) {}

  /**
   * Requests genesis and network when the node may have changed; on failure the head goes without
   * them.
   */
  private Future<?> identify() {
    int connection = client.connections();
    boolean due =
        genesis == null ? nanoTime.getAsLong() - askAgainNanos >= 0 : identified != connection;
    if (!due) {
      return Future.succeededFuture();
    }
    return client
        .call("Filecoin.ChainGetGenesis", NONE)
        .map(answer -> genesis(tipset("Filecoin.ChainGetGenesis", answer)))
        .compose(told -> networkName().onSuccess(name -> onIdentity(connection, told, name)))
        .recover(
            failure -> {
              onNoIdentity(failure);
              return Future.succeededFuture();
            });
  }

  private Future<@Nullable String> networkName() {
    return client
        .call("Filecoin.StateNetworkName", NONE)
        .<@Nullable String>map(name -> name instanceof String text ? text : null)
        .recover(failure -> Future.succeededFuture(null));
  }

  private void onIdentity(int connection, String told, @Nullable String name) {
    if (genesis != null && !genesis.equals(told)) {
      log.warn("node changed its chain node={} genesis={} before={}", node, told, genesis);
    } else if (genesis == null || !Objects.equals(network, name)) {
      log.info("node answers node={} genesis={} network={}", node, told, name);
    }
    if (genesisLog.succeeded()) {
      log.info("genesis recovered node={} genesis={}", node, told);
    }
    identified = connection;
    genesis = told;
    network = name;
    syncStates = new ArrayList<>(List.of(SyncState.values()));
    tellsFinalized = true;
  }

  private void onNoIdentity(Throwable failure) {
    genesis = null;
    network = null;
    long now = nanoTime.getAsLong();
    askAgainNanos = now + ASK_AGAIN.toNanos();
    log.atLevel(genesisLog.failed(now))
        .log(
            "cannot read genesis, sending beats without it node={} for={}s cause={}",
            node,
            genesisLog.lasting(now).toSeconds(),
            failure.getMessage());
  }

  private static boolean isUnknownMethod(Throwable failure) {
    return failure instanceof RpcException e && e.kind() == Kind.NO_METHOD;
  }

  private static String genesis(Tipset first) {
    if (first.key.cids().size() != 1) {
      throw new RpcException(
          Kind.FAILED,
          "Filecoin.ChainGetGenesis: " + first.key.cids().size() + " blocks (expected: 1)");
    }
    return first.key.cids().get(0).toString();
  }

  /** {@code {"Cids":[{"/":"bafy…"}…],"Blocks":[…],"Height":…}}. */
  private static Tipset tipset(String method, @Nullable Object answer) {
    if (answer instanceof JsonObject json
        && json.getValue("Cids") instanceof JsonArray links
        && links.size() <= TipsetKey.MAX_CIDS
        && (json.getValue("Height") instanceof Integer || json.getValue("Height") instanceof Long)
        && json.getLong("Height") >= 0
        && json.getLong("Height") <= MAX_HEIGHT) {
      try {
        List<Cid> cids =
            links.stream().map(link -> Cid.parse(((JsonObject) link).getString("/", ""))).toList();
        return new Tipset(TipsetKey.of(cids), json.getLong("Height"));
      } catch (IllegalArgumentException | ClassCastException | NullPointerException e) {
        throw new RpcException(
            Kind.FAILED, method + ": " + e.getMessage() + " (expected: Cids of {\"/\":\"cid\"})");
      }
    }
    throw new RpcException(
        Kind.FAILED, method + ": an answer that is no tipset (expected: {Cids, Blocks, Height})");
  }
}
