package fil.heartbeat.chain.source;

import fil.heartbeat.chain.EpochClock;
import fil.heartbeat.chain.Network;
import fil.heartbeat.chain.TipsetKey;
import fil.heartbeat.client.FailureLog;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A lotus, venus or forest node. Genesis and network are requested once, and again when another
 * node may answer ({@link AskPlan}).
 */
final class RpcHeadSource implements HeadSource {
  private static final Logger log = LoggerFactory.getLogger(RpcHeadSource.class);

  private static final String HEAD = "Filecoin.ChainHead";

  /** How long a head waits for genesis and network; they are kept when they come later. */
  private static final Duration IDENTITY_WAIT = Duration.ofSeconds(1);

  private final NodeCalls client;
  private final NodeCalls aside;
  private final String node;
  private final InstantSource clock;
  private final LongSupplier nanoTime;
  private final FailureLog genesisLog = new FailureLog();
  private final AskPlan plan = new AskPlan();
  private final MethodMemory memory;
  private int connection;

  /** Whether the chain was in doubt when the sync state was last wanted. */
  private boolean doubted;

  private @Nullable Boolean syncing;
  private @Nullable String genesis;
  private @Nullable String network;

  /**
   * @param client for the head, and for who the node is, since that is the node at the other end
   * @param aside another connection, for answers that no head waits for
   * @param node name in log lines
   * @param nanoTime monotonic
   */
  RpcHeadSource(
      NodeCalls client, NodeCalls aside, String node, InstantSource clock, LongSupplier nanoTime) {
    this.client = client;
    this.aside = aside;
    this.node = node;
    this.clock = clock;
    this.nanoTime = nanoTime;
    this.memory = new MethodMemory(aside, nanoTime);
  }

  @Override
  public Future<ChainHead> read() {
    long asked = nanoTime.getAsLong();
    return client
        .call(HEAD, List.of(), Answers.Tipset.class)
        .map(
            answer ->
                new Reading(
                    tipset(HEAD, answer),
                    clock.instant(),
                    answer == null ? null : answer.baseFee(),
                    millisSince(asked)))
        .compose(
            reading ->
                // A node that is slow to say which chain it follows must not make its heads old.
                identify(reading.head.height)
                    .timeout(IDENTITY_WAIT.toMillis(), TimeUnit.MILLISECONDS)
                    .transform(ended -> Future.succeededFuture())
                    .map(
                        done ->
                            new ChainHead(
                                reading.head.key,
                                reading.head.height,
                                plan.isInDoubt() ? null : genesis,
                                plan.isInDoubt() ? null : network,
                                null,
                                reading.asOf,
                                reading.baseFee,
                                reading.rpcMillis)));
  }

  @Override
  public Future<@Nullable Boolean> syncing(ChainHead head) {
    if (plan.isInDoubt() && !doubted) {
      syncing = null;
      plan.onAnotherChain();
    }
    doubted = plan.isInDoubt();
    Instant now = clock.instant();
    Optional<EpochClock> epochs = epochs();
    if (plan.asksSyncing(head.height(), now, epochs, nanoTime.getAsLong())) {
      return askSyncing(head, List.of(SyncState.values()).iterator())
          .onSuccess(
              told -> {
                syncing = told;
                plan.syncing(told);
              });
    }
    if (plan.isOnTime(head.height(), now, epochs)) {
      syncing = false;
    }
    return Future.succeededFuture(syncing);
  }

  /** The clock of the network, when it is not in doubt and one of those that are known. */
  private Optional<EpochClock> epochs() {
    return plan.isInDoubt() ? Optional.empty() : clockOf(genesis);
  }

  private static Optional<EpochClock> clockOf(@Nullable String genesis) {
    return Network.KNOWN.stream()
        .filter(known -> known.genesisCid().toString().equals(genesis))
        .map(Network::clock)
        .findFirst();
  }

  /** The first method that the node has answers. */
  private Future<@Nullable Boolean> askSyncing(ChainHead head, Iterator<SyncState> states) {
    if (!states.hasNext()) {
      return Future.succeededFuture(null);
    }
    return states
        .next()
        .ask(memory, head.height())
        .recover(
            failure -> {
              if (RpcException.isNoMethod(failure)) {
                return askSyncing(head, states);
              }
              // A head without it is worth more than none.
              log.debug("cannot read sync state node={} cause={}", node, failure.getMessage());
              return Future.succeededFuture(null);
            });
  }

  @Override
  public int connections() {
    return client.connections();
  }

  @Override
  public Optional<Instant> date() {
    return client.date();
  }

  @Override
  public void close() {
    client.close();
    aside.close();
  }

  private record Tipset(TipsetKey key, long height) {}

  private record Reading(Tipset head, Instant asOf, @Nullable String baseFee, int rpcMillis) {}

  private int millisSince(long nanos) {
    return (int) Math.min(Integer.MAX_VALUE, (nanoTime.getAsLong() - nanos) / 1_000_000);
  }

  /**
   * Requests genesis and network when the node may have changed; on failure the head goes without
   * them.
   */
  private Future<?> identify(long height) {
    boolean reconnected = client.connections() != connection;
    if (reconnected) {
      connection = client.connections();
      memory.clear();
    }
    boolean asks = plan.asksIdentity(height, connection, nanoTime.getAsLong());
    if (reconnected || asks) {
      // Else the node before may answer for the one that gave the head.
      aside.renew();
    }
    if (!asks) {
      return Future.succeededFuture();
    }
    return NodeReads.genesis(memory)
        .compose(told -> networkName().onSuccess(name -> onIdentity(told, name)))
        .recover(
            failure -> {
              onNoIdentity(failure);
              return Future.succeededFuture();
            });
  }

  private Future<@Nullable String> networkName() {
    return memory
        .call("Filecoin.StateNetworkName", List.of(), String.class)
        .recover(failure -> Future.succeededFuture(null));
  }

  private void onIdentity(String told, @Nullable String name) {
    if (genesis != null && !genesis.equals(told)) {
      log.warn("node changed its chain node={} genesis={} before={}", node, told, genesis);
      syncing = null;
      plan.onAnotherChain();
    } else if (genesis == null || !Objects.equals(network, name)) {
      log.info("node answers node={} genesis={} network={}", node, told, name);
    }
    if (genesisLog.succeeded()) {
      log.info("genesis recovered node={} genesis={}", node, told);
    }
    plan.identified(true);
    genesis = told;
    network = name;
  }

  private void onNoIdentity(Throwable failure) {
    plan.identified(false);
    long now = nanoTime.getAsLong();
    log.atLevel(genesisLog.failed(now))
        .log(
            "cannot read genesis, sending beats {} node={} for={}s cause={}",
            genesis == null || plan.isInDoubt() ? "without it" : "with the last one",
            node,
            genesisLog.lasting(now).toSeconds(),
            failure.getMessage());
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
