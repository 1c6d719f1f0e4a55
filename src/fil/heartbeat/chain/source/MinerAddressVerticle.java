package fil.heartbeat.chain.source;

import fil.heartbeat.chain.FilecoinAddress;
import fil.heartbeat.chain.source.RpcException.Kind;
import fil.heartbeat.client.FailureLog;
import fil.heartbeat.config.MinerConfig;
import fil.heartbeat.config.RpcEndpoint;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers requests for the addresses of a node's miners on the event bus: request {@code null},
 * reply {@code {"address":"f01000"|null}}, with {@code "addresses":["f01000","f02000"]} added when
 * there are several. They come from the config, or from the APIs of lotus-miner or Curio.
 */
public final class MinerAddressVerticle extends VerticleBase {
  private static final Logger log = LoggerFactory.getLogger(MinerAddressVerticle.class);

  /**
   * Interval of refreshes: an address does not change while a miner runs, but the miner may be
   * replaced.
   */
  private static final Duration REFRESH = Duration.ofMinutes(10);

  /** Period from which waits after failures are derived, see {@link Retries}. */
  private static final Duration RETRY = Duration.ofSeconds(30);

  private static final String LOTUS = "Filecoin.ActorAddress";
  private static final String CURIO = "Filecoin.Info";

  /**
   * Intervals and timeout of requests to the miner.
   *
   * @param refresh after an answer
   * @param most the longest wait after a failure
   * @param timeout of one request
   */
  record Times(Duration refresh, Duration most, Duration timeout) {
    static final Times DEFAULT = new Times(REFRESH, REFRESH, JsonRpcClient.TIMEOUT);
  }

  private final MinerConfig config;
  private final String address;
  private final String node;
  private final LongSupplier nanoTime;
  private final Times times;
  private final List<Miner> asked = new ArrayList<>();
  private @Nullable MessageConsumer<Object> consumer;
  private List<String> addresses;

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
    this.addresses = config.addresses();
  }

  /** A miner's API; one that fails keeps the addresses that it had. */
  private final class Miner {
    private final JsonRpcClient client;
    private final PollLoop loop = new PollLoop(nanoTime, spent -> pause());
    private final Retries retries = new Retries(RETRY, MethodMemory.AGAIN);
    private final FailureLog failureLog = new FailureLog();
    private List<String> known = List.of();

    Miner(JsonRpcClient client) {
      this.client = client;
    }

    void start() {
      loop.start(
          vertx,
          () -> ask(client).onSuccess(this::onAnswer).onFailure(this::onFailure).otherwiseEmpty());
    }

    void stop() {
      loop.stop();
      client.close();
    }

    private Duration pause() {
      if (retries.failure() == null) {
        return times.refresh();
      }
      Duration wait = retries.delay();
      return wait.compareTo(times.most()) < 0 ? wait : times.most();
    }

    private void onAnswer(List<String> found) {
      if (loop.isStopped()) {
        return;
      }
      boolean isNew = !found.equals(known);
      known = found;
      collect();
      retries.succeeded();
      String all = String.join(",", found);
      if (failureLog.succeeded()) {
        log.info("miner address recovered node={} miner={}", node, all);
      } else if (isNew) {
        log.info("miner address read node={} miner={}", node, all);
      }
    }

    private void onFailure(Throwable failure) {
      if (loop.isStopped()) {
        return;
      }
      retries.failed(failure);
      long now = nanoTime.getAsLong();
      log.atLevel(failureLog.failed(now))
          .log(
              "cannot read miner address node={} meaning={} for={}s again={}s cause={}",
              node,
              retries.kind().label(),
              failureLog.lasting(now).toSeconds(),
              pause().toSeconds(),
              failure.getMessage());
    }
  }

  private void collect() {
    addresses =
        asked.stream()
            .flatMap(each -> each.known.stream())
            .distinct()
            .limit(MinerConfig.MAX_ADDRESSES)
            .toList();
  }

  @Override
  public Future<?> start() {
    consumer = vertx.eventBus().localConsumer(address, request -> request.reply(reply(addresses)));
    if (addresses.isEmpty() && !config.endpoints().isEmpty()) {
      for (RpcEndpoint each : config.endpoints()) {
        asked.add(new Miner(new JsonRpcClient(vertx, each, times.timeout())));
      }
      asked.forEach(Miner::start);
    }
    return Future.succeededFuture();
  }

  @Override
  public Future<?> stop() {
    asked.forEach(Miner::stop);
    return consumer == null ? Future.succeededFuture() : consumer.unregister();
  }

  private static JsonObject reply(List<String> addresses) {
    JsonObject reply =
        new JsonObject().put("address", addresses.isEmpty() ? null : addresses.get(0));
    return addresses.size() < 2 ? reply : reply.put("addresses", new JsonArray(addresses));
  }

  /** lotus-miner has one address; Curio has a list of them, and no such method. */
  static Future<List<String>> ask(JsonRpcClient miner) {
    return miner
        .call(LOTUS, List.of(), String.class)
        .map(answer -> parsed(LOTUS, answer == null ? "" : answer))
        .recover(
            failure ->
                RpcException.isNoMethod(failure)
                    ? miner
                        .call(CURIO, List.of(), Answers.CurioInfo.class)
                        .map(info -> parsed(CURIO, info == null ? "" : info.addresses()))
                    : Future.failedFuture(failure));
  }

  private static List<String> parsed(String method, String list) {
    List<String> found = new ArrayList<>();
    try {
      for (String each : list.split(",", -1)) {
        found.add(FilecoinAddress.parse(each.strip()).toString());
      }
    } catch (IllegalArgumentException e) {
      throw new RpcException(Kind.BAD_ANSWER, method + ": " + e.getMessage());
    }
    return found.stream().distinct().limit(MinerConfig.MAX_ADDRESSES).toList();
  }
}
