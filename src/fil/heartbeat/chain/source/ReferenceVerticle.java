package fil.heartbeat.chain.source;

import fil.heartbeat.chain.TipsetKey;
import fil.heartbeat.client.FailureLog;
import fil.heartbeat.config.ChainConfig;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.InstantSource;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Polls an independent node for its head and its last finalized tipset. */
public final class ReferenceVerticle extends VerticleBase {
  private static final Logger log = LoggerFactory.getLogger(ReferenceVerticle.class);

  /**
   * The node's answer.
   *
   * @param genesis CID text; null when not known
   * @param finalizedKey empty when the node does not report it
   * @param finalizedHeight -1 when the node does not report it
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
  private @Nullable HeadSource source;

  /**
   * @param name for the log
   * @param readings called with each answer, on this verticle's context; not called after a failure
   */
  public ReferenceVerticle(String name, ChainConfig config, Consumer<Reading> readings) {
    this.name = name;
    this.config = config;
    this.readings = readings;
    this.poll = new HeadPoll(config.pollPeriod(), config.headMaxAge());
    this.loop = new PollLoop(System::nanoTime, spent -> poll.delay(spent, System.nanoTime()));
  }

  @Override
  public Future<?> start() {
    HeadSource made = HeadSource.of(vertx, config, name, InstantSource.system());
    source = made;
    loop.start(vertx, () -> poll(made));
    return Future.succeededFuture();
  }

  @Override
  public Future<?> stop() {
    loop.stop();
    if (source != null) {
      source.close();
    }
    return Future.succeededFuture();
  }

  private Future<?> poll(HeadSource from) {
    return from.read()
        .onSuccess(poll::succeeded)
        .compose(head -> from.finalized().map(last -> reading(head, last)))
        .onSuccess(this::onReading)
        .onFailure(this::onFailure);
  }

  private static Reading reading(ChainHead head, HeadSource.@Nullable Finalized last) {
    return new Reading(
        head.genesis(),
        head.key(),
        head.height(),
        last == null ? TipsetKey.EMPTY : last.key(),
        last == null ? -1 : last.height());
  }

  private void onReading(Reading reading) {
    if (loop.isStopped()) {
      return;
    }
    if (failureLog.succeeded()) {
      log.info("reference recovered name={} height={}", name, reading.height());
    }
    readings.accept(reading);
  }

  private void onFailure(Throwable cause) {
    if (!loop.isStopped()) {
      long now = System.nanoTime();
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
