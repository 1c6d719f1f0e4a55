package fil.heartbeat.sender;

import fil.heartbeat.client.FailureLog;
import fil.heartbeat.context.Futures;
import fil.heartbeat.text.GoDuration;
import fil.heartbeat.wire.Extras;
import fil.heartbeat.wire.Heartbeat;
import fil.heartbeat.wire.HeartbeatEncoder;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.WorkerExecutor;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Carries out the decisions of a {@link SenderCycle} for one target. Runs on the verticle's
 * context, except opening and writing, which block and run on the target's own thread.
 */
final class TargetSender implements SenderCycle.Actions {

  private static final Logger log = LoggerFactory.getLogger(TargetSender.class);
  private static final long NO_TIMER = -1;

  /** Least interval of the warning while two processes replace each other. */
  private static final Duration SUPPLANTED_AGAIN = Duration.ofMinutes(10);

  private final Context context;
  private final WorkerExecutor writer;
  private final HeartbeatTransport transport;
  private final SenderTimes times;
  private final SenderClock clock;
  private final SenderCounters counters;
  private final BeatSource source;
  private final ConnectionEvents events;
  private final SenderCycle cycle;
  private final boolean saysGoodbye;
  private final FullBeats fullBeats = new FullBeats();
  private final FailureLog connectLog = new FailureLog();
  private final SeldomLog supplantedLog = new SeldomLog(SUPPLANTED_AGAIN);

  private long beatTimer = NO_TIMER;
  private long reconnectTimer = NO_TIMER;
  private @Nullable HeartbeatStream stream;
  private @Nullable Heartbeat built;
  private @Nullable Heartbeat lastWritten;
  private Future<Void> left = Future.succeededFuture();
  private volatile boolean stopped;

  /**
   * @param firstBeat when to beat first, as {@link SenderCycle} asks for it
   * @param saysGoodbye whether the last beat of a planned stop announces that it is the last
   */
  TargetSender(
      Context context,
      WorkerExecutor writer,
      HeartbeatTransport transport,
      SenderTimes times,
      SenderClock clock,
      LongUnaryOperator firstBeat,
      SenderCounters counters,
      BeatSource source,
      ConnectionEvents events,
      boolean saysGoodbye) {
    this.context = context;
    this.writer = writer;
    this.transport = transport;
    this.times = times;
    this.clock = clock;
    this.counters = counters;
    this.source = source;
    this.events = events;
    this.saysGoodbye = saysGoodbye;
    this.cycle =
        new SenderCycle(
            times.beatMillis(), times.reconnectMillis(), firstBeat, clock.random(), this);
  }

  void start() {
    cycle.start();
  }

  /**
   * Cancels the timers, tells the peer that this stop is planned and closes the connection; a call
   * in progress is abandoned.
   *
   * @return completes when the connection is being closed; never fails, and takes at most {@link
   *     SenderTimes#GOODBYE}
   */
  Future<Void> stop() {
    stopped = true;
    boolean connected = stream != null;
    cycle.stop();
    if (connected) {
      counters.lost("undeployed");
      events.connected(false, clock.wall().instant(), null);
    }
    return left;
  }

  @Override
  public void open() {
    log.debug(
        "connecting node={} peer={} target={}",
        counters.node(),
        counters.target().peerId(),
        counters.target().address());
    blocking(this::openUnlessStopped)
        .onComplete(
            result -> {
              if (result.succeeded()) {
                opened(result.result());
              } else {
                openFailed(result.cause());
              }
            });
  }

  /** Opens a stream, on the target's thread; one that opens after the stop is closed. */
  private HeartbeatStream openUnlessStopped() {
    HeartbeatStream opened = transport.open(counters.target().address(), times.open());
    if (stopped) {
      opened.closeConnection();
    }
    return opened;
  }

  private void opened(HeartbeatStream opened) {
    long connection = cycle.onOpened();
    if (connection == 0) {
      opened.closeConnection();
      return;
    }
    stream = opened;
    lastWritten = null;
    counters.connected();
    var unusedEnd = connectLog.succeeded();
    log.info(
        "connected node={} peer={} target={}",
        counters.node(),
        counters.target().peerId(),
        counters.target().address());
    events.connected(true, clock.wall().instant(), null);
    Futures.onEnd(
        opened.closed(),
        error ->
            context.runOnContext(
                v -> {
                  if (cycle.onLost(connection)) {
                    lost(error);
                  }
                }),
        log,
        "end of a stream");
  }

  private void openFailed(Throwable error) {
    cycle.onOpenFailed();
    if (stopped) {
      return;
    }
    String reason = message(error);
    long now = clock.nanoTime().getAsLong();
    Level level = connectLog.failed(now);
    Duration lasts = connectLog.lasting(now);
    counters.connectFailed(reason);
    log.atLevel(level)
        .log(
            "cannot connect node={} peer={} target={}{} cause={}",
            counters.node(),
            counters.target().peerId(),
            counters.target().address(),
            level == Level.WARN && !lasts.isZero() ? " for=" + GoDuration.format(lasts) : "",
            reason);
    events.connected(false, clock.wall().instant(), reason);
  }

  /**
   * @param error null when the peer ended it regularly
   */
  private void lost(@Nullable Throwable error) {
    String reason = error == null ? "the peer ended it" : message(error);
    counters.lost(reason);
    boolean warns = isSupplanted(error) && supplantedLog.isDue(clock.nanoTime().getAsLong());
    log.atLevel(warns ? Level.WARN : Level.INFO)
        .log(
            "{} node={} peer={} target={} cause={}",
            warns
                ? "replaced: another process beats with this key; was the key file copied to"
                    + " another machine?"
                : "connection lost",
            counters.node(),
            counters.target().peerId(),
            counters.target().address(),
            reason);
    events.connected(false, clock.wall().instant(), reason);
  }

  @Override
  public void buildBeat() {
    source
        .next()
        .onComplete(
            result -> {
              if (result.succeeded()) {
                built = result.result();
                cycle.onBeatBuilt();
              } else {
                log.error(
                    "cannot make a beat node={} target={}",
                    counters.node(),
                    counters.target().address(),
                    result.cause());
                cycle.onBuildFailed();
              }
            });
  }

  @Override
  public void writeBeat(long connection) {
    HeartbeatStream current = stream;
    Heartbeat made = built;
    if (current == null || made == null) {
      throw new IllegalStateException("no stream or beat although the cycle is connected");
    }
    Heartbeat beat = fullBeats.next(made, connection, clock.nanoTime().getAsLong());
    blocking(
            () -> {
              current.write(HeartbeatEncoder.encode(beat), times.write());
              return connection;
            })
        .onComplete(
            result -> {
              if (result.succeeded()) {
                lastWritten = beat;
                counters.sent(clock.wall().instant());
                cycle.onWritten();
              } else if (cycle.onWriteFailed(connection)) {
                lost(result.cause());
              }
            });
  }

  private <T> Future<T> blocking(Callable<T> call) {
    try {
      return writer.executeBlocking(call, false);
    } catch (RuntimeException e) {
      return Future.failedFuture(e);
    }
  }

  @Override
  public void closeConnection() {
    HeartbeatStream current = stream;
    stream = null;
    if (current != null) {
      current.closeConnection();
    }
  }

  /**
   * Repeats the last beat: requesting a newer head would take time and need other verticles, which
   * may be stopping too.
   */
  @Override
  public void leaveConnection() {
    HeartbeatStream current = stream;
    Heartbeat last = lastWritten;
    if (current == null || last == null || !saysGoodbye) {
      closeConnection();
      return;
    }
    Promise<Void> done = Promise.promise();
    left = done.future();
    long bound = SenderTimes.GOODBYE.toMillis();
    long timer = clock.timers().periodic(bound, bound, () -> leave(done));
    blocking(
            () -> {
              current.write(
                  HeartbeatEncoder.encode(last.with(Extras.NONE).asLast()), SenderTimes.GOODBYE);
              return true;
            })
        .onComplete(
            result -> {
              log.debug(
                  "said goodbye node={} target={} written={}",
                  counters.node(),
                  counters.target().address(),
                  result.succeeded());
              leave(done);
            });
    left = left.onComplete(closed -> clock.timers().cancel(timer));
  }

  private void leave(Promise<Void> done) {
    closeConnection();
    boolean unused = done.tryComplete();
  }

  @Override
  public void skipped(SkipReason reason) {
    counters.skipped(reason);
  }

  @Override
  public void startBeatTimer(long firstMillis, long periodMillis) {
    beatTimer =
        clock
            .timers()
            .periodic(
                firstMillis, periodMillis, () -> cycle.onBeatTick(clock.nanoTime().getAsLong()));
  }

  @Override
  public void stopBeatTimer() {
    clock.timers().cancel(beatTimer);
    beatTimer = NO_TIMER;
  }

  @Override
  public void startReconnectTimer(long firstMillis, long periodMillis) {
    reconnectTimer = clock.timers().periodic(firstMillis, periodMillis, cycle::onReconnectTick);
  }

  @Override
  public void stopReconnectTimer() {
    if (reconnectTimer != NO_TIMER) {
      clock.timers().cancel(reconnectTimer);
      reconnectTimer = NO_TIMER;
    }
  }

  private static boolean isSupplanted(@Nullable Throwable error) {
    return error instanceof TransportException transport
        && transport.code() == TransportException.Code.SUPPLANTED;
  }

  private static String message(Throwable error) {
    return error instanceof TransportException transport
        ? transport.code() + ": " + transport.getMessage()
        : error.toString();
  }
}
