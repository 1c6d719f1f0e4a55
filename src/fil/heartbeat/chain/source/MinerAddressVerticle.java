package fil.heartbeat.chain.source;

import fil.heartbeat.config.FailureLog;
import fil.heartbeat.config.MinerConfig;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers for a node's miner address on the event bus: request {@code null}, reply {@code
 * {"address":"f01000"|null}}. The address is the config's, or what the storage miner's own API
 * says.
 */
public final class MinerAddressVerticle extends VerticleBase {
  private static final Logger log = LoggerFactory.getLogger(MinerAddressVerticle.class);

  /** A miner's address does not change while it runs; this finds a miner that was replaced. */
  private static final Duration REFRESH = Duration.ofMinutes(10);

  private static final Duration RETRY = Duration.ofSeconds(30);

  private final MinerConfig config;
  private final String address;
  private final LongSupplier nanoTime;
  private final FailureLog failureLog = new FailureLog();
  private @Nullable JsonRpcClient client;
  private @Nullable MessageConsumer<Object> consumer;
  private @Nullable String miner;
  private boolean stopped;

  /**
   * @param address where to answer; {@code filecoin.miner.address} by default of the senders
   */
  public MinerAddressVerticle(MinerConfig config, String address) {
    this(config, address, System::nanoTime);
  }

  MinerAddressVerticle(MinerConfig config, String address, LongSupplier nanoTime) {
    this.config = config;
    this.address = address;
    this.nanoTime = nanoTime;
    this.miner = config.address().isEmpty() ? null : config.address();
  }

  @Override
  public Future<?> start() {
    consumer =
        vertx
            .eventBus()
            .localConsumer(
                address, request -> request.reply(new JsonObject().put("address", miner)));
    Optional<String> url = config.url();
    if (miner == null && url.isPresent()) {
      JsonRpcClient rpc = new JsonRpcClient(vertx, url.get(), config.token(), Optional.empty());
      client = rpc;
      ask(rpc);
    }
    return Future.succeededFuture();
  }

  @Override
  public Future<?> stop() {
    stopped = true;
    if (client != null) {
      client.close();
    }
    return consumer == null ? Future.succeededFuture() : consumer.unregister();
  }

  private void ask(JsonRpcClient rpc) {
    if (stopped) {
      return;
    }
    rpc.call("Filecoin.ActorAddress", new JsonArray())
        .onComplete(
            answer -> {
              if (stopped) {
                return;
              }
              boolean told = answer.succeeded() && answer.result() instanceof String;
              if (told) {
                miner = (String) answer.result();
                if (failureLog.succeeded()) {
                  log.info("miner address read again address={} miner={}", address, miner);
                }
              } else {
                onFailure(
                    answer.succeeded()
                        ? "an answer that is no address"
                        : String.valueOf(answer.cause().getMessage()));
              }
              Duration next = told ? REFRESH : RETRY;
              vertx.setTimer(next.toMillis(), timer -> ask(rpc));
            });
  }

  private void onFailure(String cause) {
    long now = nanoTime.getAsLong();
    log.atLevel(failureLog.failed(now))
        .log(
            "miner address not read address={} for={}s cause={}",
            address,
            failureLog.lasting(now).toSeconds(),
            cause);
  }
}
