package fil.heartbeat.chain.source;

import fil.heartbeat.chain.TipsetKey;
import fil.heartbeat.chain.source.RpcException.Kind;
import fil.heartbeat.client.FailureLog;
import io.vertx.core.Future;
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

  private static final String HEAD = "Filecoin.ChainHead";
  private static final String GENESIS = "Filecoin.ChainGetGenesis";
  private static final String FINALIZED = "Filecoin.ChainGetFinalizedTipSet";

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
        .call(HEAD, List.of(), Answers.Tipset.class)
        .map(answer -> new Reading(tipset(HEAD, answer), clock.instant()))
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
    return state
        .ask(client, head.height())
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
    return client
        .call(FINALIZED, List.of(), Answers.Tipset.class)
        .<@Nullable Finalized>map(
            answer -> {
              Tipset last = tipset(FINALIZED, answer);
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
        .call(GENESIS, List.of(), Answers.Tipset.class)
        .map(answer -> genesis(tipset(GENESIS, answer)))
        .compose(told -> networkName().onSuccess(name -> onIdentity(connection, told, name)))
        .recover(
            failure -> {
              onNoIdentity(failure);
              return Future.succeededFuture();
            });
  }

  private Future<@Nullable String> networkName() {
    return client
        .call("Filecoin.StateNetworkName", List.of(), String.class)
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
      throw RpcFaults.badResult(GENESIS, first.key.cids().size() + " blocks", "1");
    }
    return first.key.cids().get(0).toString();
  }

  private static Tipset tipset(String method, Answers.@Nullable Tipset answer) {
    if (answer == null) {
      throw RpcFaults.badResult(method, "null", "a tipset");
    }
    try {
      return new Tipset(answer.key(), answer.checkedHeight());
    } catch (IllegalArgumentException e) {
      throw RpcFaults.badResult(method, String.valueOf(e.getMessage()), "{Cids, Blocks, Height}");
    }
  }
}
