package fil.heartbeat.chain.source;

import fil.heartbeat.chain.FilecoinAddress;
import fil.heartbeat.chain.source.RpcException.Kind;
import fil.heartbeat.client.FailureLog;
import fil.heartbeat.config.MinerConfig;
import fil.heartbeat.config.RpcEndpoint;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers requests for a node's miner address on the event bus: request {@code null}, reply {@code
 * {"address":"f01000"|null}}. The address comes from the config, or from the storage miner's own
 * API.
 */
public final class MinerAddressVerticle extends VerticleBase {
  private static final Logger log = LoggerFactory.getLogger(MinerAddressVerticle.class);

  /**
   * Interval of refreshes: an address does not change while a miner runs, but the miner may be
   * replaced.
   */
  private static final Duration REFRESH = Duration.ofMinutes(10);

  private static final Duration RETRY = Duration.ofSeconds(30);

  /**
   * Intervals and timeout of requests to the miner.
   *
   * @param refresh after an answer
   * @param retry after a failure
   * @param timeout of one request
   */
  record Times(Duration refresh, Duration retry, Duration timeout) {
    static final Times DEFAULT = new Times(REFRESH, RETRY, JsonRpcClient.TIMEOUT);
  }

  private final MinerConfig config;
  private final String address;
  private final String node;
  private final LongSupplier nanoTime;
  private final Times times;
  private final PollLoop loop;
  private final FailureLog failureLog = new FailureLog();
  private @Nullable JsonRpcClient client;
  private @Nullable MessageConsumer<Object> consumer;
  private @Nullable String miner;
  private boolean failing;

  /**
   * @param address event bus address; senders use {@code filecoin.miner.address} by default
   */
  public MinerAddressVerticle(MinerConfig config, String address) {
    this(config, address, address);
  }

  /**
   * @param address event bus address
   * @param node name in log lines
   */
  public MinerAddressVerticle(MinerConfig config, String address, String node) {
    this(config, address, node, System::nanoTime, Times.DEFAULT);
  }

  MinerAddressVerticle(
      MinerConfig config, String address, String node, LongSupplier nanoTime, Times times) {
    this.config = config;
    this.address = address;
    this.node = node;
    this.nanoTime = nanoTime;
    this.times = times;
    this.loop = new PollLoop(nanoTime, spent -> failing ? times.retry() : times.refresh());
    this.miner = config.address().isEmpty() ? null : config.address();
  }

  @Override
  public Future<?> start() {
    consumer =
        vertx
            .eventBus()
            .localConsumer(
                address, request -> request.reply(new JsonObject().put("address", miner)));
    if (miner == null && !config.endpoints().isEmpty()) {
      RpcEndpoint from = config.endpoints().get(0);
      JsonRpcClient rpc =
          new JsonRpcClient(vertx, from.url(), from.token(), from.tokenFile(), times.timeout());
      client = rpc;
      loop.start(vertx, () -> ask(rpc));
    }
    return Future.succeededFuture();
  }

  @Override
  public Future<?> stop() {
    loop.stop();
    if (client != null) {
      client.close();
    }
    return consumer == null ? Future.succeededFuture() : consumer.unregister();
  }

  private Future<?> ask(JsonRpcClient rpc) {
    return rpc.call("Filecoin.ActorAddress", List.of(), String.class)
        .map(MinerAddressVerticle::address)
        .onSuccess(this::onAddress)
        .onFailure(this::onFailure);
  }

  private static String address(@Nullable String answer) {
    try {
      return FilecoinAddress.parse(answer == null ? "" : answer).toString();
    } catch (IllegalArgumentException e) {
      throw new RpcException(Kind.BAD_ANSWER, "Filecoin.ActorAddress: " + e.getMessage());
    }
  }

  private void onAddress(String told) {
    if (loop.isStopped()) {
      return;
    }
    failing = false;
    boolean again = failureLog.succeeded();
    if (again) {
      log.info("miner address recovered node={} miner={}", node, told);
    } else if (!told.equals(miner)) {
      log.info("miner address read node={} miner={}", node, told);
    }
    miner = told;
  }

  private void onFailure(Throwable failure) {
    if (loop.isStopped()) {
      return;
    }
    failing = true;
    long now = nanoTime.getAsLong();
    log.atLevel(failureLog.failed(now))
        .log(
            "cannot read miner address node={} for={}s cause={}",
            node,
            failureLog.lasting(now).toSeconds(),
            failure.getMessage());
  }
}
