package fil.heartbeat.chain.source;

import fil.heartbeat.client.FailureLog;
import fil.heartbeat.config.ChainConfig;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Polls a node's head every poll period, one request at a time, and answers requests for it on the
 * event bus: request {@code null}, reply {@code
 * {"cids":["bafy…"],"height":123,"genesis":"bafy…"|null,
 * "network":"…"|null,"syncing":bool|null,"asOf":"…Z"}} and the members that are known of {@code
 * client, version, startTime, networkVersion, upgrades, finalized, peers, baseFee, rpcMillis,
 * balances, proving, pendingMessages}, and {@code memberFailures}, counts by reason; failure codes
 * 1 no head, 2 RPC failed, 3 not authorised.
 */
public final class ChainHeadVerticle extends VerticleBase {
  private static final Logger log = LoggerFactory.getLogger(ChainHeadVerticle.class);

  /** A head and its part of a reply. */
  private record ReplyHead(ChainHead head, JsonObject json) {}

  private final ChainConfig config;
  private final String address;
  private final String node;
  private final InstantSource clock;
  private final LongSupplier nanoTime;
  private final Duration requestTimeout;
  private final FailureLog failureLog = new FailureLog();
  private final HeadPoll poll;
  private final PollLoop loop;
  private boolean asksSyncing;
  private @Nullable ReplyHead replyHead;
  private final MemberSettings settings;
  private HeadMembers members = HeadMembers.NONE;
  private @Nullable HeadSource source;
  private @Nullable MessageConsumer<Object> consumer;

  /**
   * @param address event bus address; senders use {@code filecoin.chain.head} by default
   */
  public ChainHeadVerticle(ChainConfig config, String address) {
    this(config, address, address);
  }

  /**
   * @param address event bus address
   * @param node name in log lines
   */
  public ChainHeadVerticle(ChainConfig config, String address, String node) {
    this(config, address, node, MemberSettings.DEFAULT);
  }

  /**
   * @param address event bus address
   * @param node name in log lines
   * @param settings what to ask the node beside its head
   */
  public ChainHeadVerticle(
      ChainConfig config, String address, String node, MemberSettings settings) {
    this(
        config,
        address,
        node,
        InstantSource.system(),
        System::nanoTime,
        JsonRpcClient.TIMEOUT,
        settings);
  }

  ChainHeadVerticle(
      ChainConfig config,
      String address,
      String node,
      InstantSource clock,
      LongSupplier nanoTime,
      Duration requestTimeout) {
    this(config, address, node, clock, nanoTime, requestTimeout, MemberSettings.NONE);
  }

  ChainHeadVerticle(
      ChainConfig config,
      String address,
      String node,
      InstantSource clock,
      LongSupplier nanoTime,
      Duration requestTimeout,
      MemberSettings settings) {
    this.config = config;
    this.address = address;
    this.node = node;
    this.clock = clock;
    this.nanoTime = nanoTime;
    this.requestTimeout = requestTimeout;
    this.settings = settings;
    this.poll = new HeadPoll(config.pollPeriod(), config.headMaxAge());
    this.loop = new PollLoop(nanoTime, spent -> poll.delay(spent, nanoTime.getAsLong()));
  }

  @Override
  public Future<?> start() {
    HeadSource made = HeadSource.of(vertx, config, node, clock, nanoTime, requestTimeout);
    source = made;
    members = settings.members(vertx, config, node, clock, nanoTime);
    consumer = vertx.eventBus().localConsumer(address, this::answer);
    loop.start(vertx, () -> poll(made));
    return Future.succeededFuture();
  }

  @Override
  public Future<?> stop() {
    loop.stop();
    members.close();
    if (source != null) {
      source.close();
    }
    return consumer == null ? Future.succeededFuture() : consumer.unregister();
  }

  private void answer(Message<Object> request) {
    ChainHead head = poll.answer(clock.instant());
    if (head == null) {
      request.fail(poll.failureCode(), poll.failureMessage());
    } else {
      JsonObject reply = new JsonObject(new LinkedHashMap<>(headJson(head).getMap()));
      members.addTo(reply, head);
      request.reply(reply);
    }
  }

  /** Each target asks for the same head; the event bus copies what a reply has. */
  private JsonObject headJson(ChainHead head) {
    ReplyHead last = replyHead;
    if (last == null || !last.head().equals(head)) {
      last = new ReplyHead(head, head.toJson());
      replyHead = last;
    }
    return last.json();
  }

  private Future<?> poll(HeadSource from) {
    return from.read()
        .onSuccess(head -> onHead(head, from.connections()))
        .onFailure(this::onFailure)
        // A slow sync check delays neither requests nor the next head.
        .onSuccess(head -> askSyncing(from, head));
  }

  private void askSyncing(HeadSource from, ChainHead head) {
    if (loop.isStopped() || asksSyncing) {
      return;
    }
    asksSyncing = true;
    from.syncing(head).onComplete(done -> asksSyncing = false).onSuccess(poll::syncing);
  }

  private void onHead(ChainHead head, int connections) {
    poll.succeeded(head);
    if (!loop.isStopped()) {
      members.onHead(head, connections);
    }
    if (failureLog.succeeded()) {
      log.info("chain head recovered node={} height={}", node, head.height());
    }
  }

  private void onFailure(Throwable cause) {
    if (loop.isStopped()) {
      return;
    }
    members.onNoHead(cause);
    long now = nanoTime.getAsLong();
    Duration before = poll.period(now);
    poll.failed(cause, now);
    log.atLevel(failureLog.failed(now))
        .log(
            "cannot read chain head node={} meaning={} for={}s again={}s cause={}",
            node,
            poll.failureLabel(),
            failureLog.lasting(now).toSeconds(),
            Math.max(1, poll.delay(Duration.ZERO, now).toSeconds()),
            cause.getMessage());
    if (poll.period(now).compareTo(before) > 0) {
      log.info(
          "polling more slowly for an hour, since the node limits requests node={} every={}s",
          node,
          poll.period(now).toSeconds());
    }
  }
}
