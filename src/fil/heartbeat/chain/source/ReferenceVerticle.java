package fil.heartbeat.chain.source;

import fil.heartbeat.chain.TipsetKey;
import fil.heartbeat.client.FailureLog;
import fil.heartbeat.config.ChainConfig;
import fil.heartbeat.config.Tell;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.json.JsonObject;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Polls an independent node for its head, and asks it for its last finalized tipset each minute, on
 * another connection, so that no head waits for it.
 */
public final class ReferenceVerticle extends VerticleBase {
  private static final Logger log = LoggerFactory.getLogger(ReferenceVerticle.class);

  private static final MemberSettings FINALITY =
      new MemberSettings(
          new Tell(false, false, true, false, false, false, false, false), List.of(), "");

  /**
   * The node's answer.
   *
   * @param genesis CID text; null when not known
   * @param finalizedKey empty when it is not known, or older than three minutes
   * @param finalizedHeight -1 when it is not known, or older than three minutes
   */
  public record Reading(
      @Nullable String genesis,
      TipsetKey key,
      long height,
      TipsetKey finalizedKey,
      long finalizedHeight) {}

  private final String name;
  private final ChainConfig config;
  private final Consumer<Reading> readings;
  private final HeadPoll poll;
  private final PollLoop loop;
  private final FailureLog failureLog = new FailureLog();
  private final LongSupplier nanoTime;
  private HeadMembers members = HeadMembers.NONE;
  private @Nullable HeadSource source;
  private boolean identified;

  /**
   * @param name for the log
   * @param readings called with each answer, on this verticle's context; not called after a
   *     failure, nor while another chain than before may answer
   */
  public ReferenceVerticle(String name, ChainConfig config, Consumer<Reading> readings) {
    this(name, config, readings, System::nanoTime);
  }

  ReferenceVerticle(
      String name, ChainConfig config, Consumer<Reading> readings, LongSupplier nanoTime) {
    this.name = name;
    this.config = config;
    this.readings = readings;
    this.poll = new HeadPoll(config.pollPeriod(), config.headMaxAge());
    this.nanoTime = nanoTime;
    this.loop = new PollLoop(nanoTime, spent -> poll.delay(spent, nanoTime.getAsLong()));
  }

  @Override
  public Future<?> start() {
    InstantSource clock = InstantSource.system();
    HeadSource made = HeadSource.of(vertx, config, name, clock, nanoTime, JsonRpcClient.TIMEOUT);
    source = made;
    members = FINALITY.members(vertx, config, name, clock, nanoTime);
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
    return Future.succeededFuture();
  }

  private Future<?> poll(HeadSource from) {
    return from.read()
        .onSuccess(head -> onHead(head, from.connections()))
        .onFailure(this::onFailure);
  }

  private void onHead(ChainHead head, int connections) {
    if (loop.isStopped()) {
      return;
    }
    poll.succeeded(head);
    members.onHead(head, connections);
    if (failureLog.succeeded()) {
      log.info("reference recovered name={} height={}", name, head.height());
    }
    identified |= head.genesis() != null;
    // A head of which it is not known which chain it is of may be that of another.
    if (head.genesis() != null || !identified) {
      readings.accept(reading(head));
    }
  }

  private Reading reading(ChainHead head) {
    JsonObject known = new JsonObject();
    members.addTo(known, head);
    JsonObject last = known.getJsonObject("finalized");
    return new Reading(
        head.genesis(),
        head.key(),
        head.height(),
        last == null ? TipsetKey.EMPTY : TipsetKey.parse(last.getString("key")),
        last == null ? -1 : last.getLong("height"));
  }

  private void onFailure(Throwable cause) {
    if (!loop.isStopped()) {
      members.onNoHead(cause);
      long now = nanoTime.getAsLong();
      poll.failed(cause, now);
      log.atLevel(failureLog.failed(now))
          .log(
              "cannot read reference name={} meaning={} for={}s cause={}",
              name,
              poll.failureLabel(),
              failureLog.lasting(now).toSeconds(),
              cause.getMessage());
    }
  }
}
