package fil.heartbeat.sender;

import java.util.concurrent.TimeUnit;
import java.util.function.LongUnaryOperator;
import java.util.random.RandomGenerator;

/**
 * Decides when a sender connects, beats and skips. It has no timer, socket or clock: the owner
 * reports events and carries out {@link Actions}. Not thread-safe.
 *
 * <p>Attempts to connect: the first at once at the start; after a loss the first at a random moment
 * within one reconnect period, then one a period, whose length is drawn at random for each outage.
 * So a whole fleet does not dial a restarted aggregator at the same instant, nor in step
 * afterwards.
 */
final class SenderCycle {

  /** The actions of the owner. None may call back into the cycle before it returns. */
  interface Actions {

    /** Opens a stream; the result is reported by {@link #onOpened} or {@link #onOpenFailed}. */
    void open();

    /** Starts calling {@link #onReconnectTick} after the first delay and then once a period. */
    void startReconnectTimer(long firstMillis, long periodMillis);

    void stopReconnectTimer();

    /** Starts calling {@link #onBeatTick} after the first delay and then once a period. */
    void startBeatTimer(long firstMillis, long periodMillis);

    void stopBeatTimer();

    /**
     * Requests head and address; the result is reported by {@link #onBeatBuilt} or {@link
     * #onBuildFailed}.
     */
    void buildBeat();

    /**
     * Writes the built beat; the result is reported by {@link #onWritten} or {@link
     * #onWriteFailed}.
     */
    void writeBeat(long connection);

    void skipped(SkipReason reason);

    void closeConnection();

    /**
     * Writes a last beat if one was written before, then closes the connection; must not take long.
     */
    void leaveConnection();
  }

  private enum Beat {
    NONE,
    BUILDING,
    WRITING
  }

  /**
   * Largest fraction of the period by which an outage's reconnect timer is shortened or lengthened.
   */
  private static final double JITTER = 0.2;

  private final long beatMillis;
  private final long reconnectMillis;
  private final LongUnaryOperator firstBeat;
  private final RandomGenerator random;
  private final Actions actions;

  private boolean stopped;
  private boolean opening;
  private boolean connected;
  private long connection;
  private Beat beat = Beat.NONE;
  private boolean hasBeaten;
  private long lastBeatNanos;

  /** Begins to beat at a random moment of the period. */
  SenderCycle(long beatMillis, long reconnectMillis, RandomGenerator random, Actions actions) {
    this(beatMillis, reconnectMillis, random::nextLong, random, actions);
  }

  /**
   * @param firstBeat gets the period and returns how long to wait for the first beat, in
   *     milliseconds: less than the period
   */
  SenderCycle(
      long beatMillis,
      long reconnectMillis,
      LongUnaryOperator firstBeat,
      RandomGenerator random,
      Actions actions) {
    this.beatMillis = beatMillis;
    this.reconnectMillis = reconnectMillis;
    this.firstBeat = firstBeat;
    this.random = random;
    this.actions = actions;
  }

  void start() {
    actions.startBeatTimer(firstBeat.applyAsLong(beatMillis), beatMillis);
    long period = drawReconnectPeriod();
    actions.startReconnectTimer(period, period);
    open();
  }

  /** Stops the cycle; later events are ignored. Idempotent. */
  void stop() {
    if (stopped) {
      return;
    }
    stopped = true;
    actions.stopBeatTimer();
    actions.stopReconnectTimer();
    if (connected) {
      connected = false;
      if (beat == Beat.WRITING) {
        // The peer may not be reading: unfinished writes are not waited for.
        actions.closeConnection();
      } else {
        actions.leaveConnection();
      }
    }
  }

  void onReconnectTick() {
    if (!stopped && !opening && !connected) {
      open();
    }
  }

  /**
   * The stream is open.
   *
   * @return the number of the connection for later events; 0 when the cycle has stopped and the
   *     stream must be closed
   */
  long onOpened() {
    opening = false;
    if (stopped) {
      return 0;
    }
    connected = true;
    connection++;
    actions.stopReconnectTimer();
    return connection;
  }

  void onOpenFailed() {
    opening = false;
  }

  /**
   * The stream or its connection ended.
   *
   * @return whether this was not known before
   */
  boolean onLost(long which) {
    if (stopped || !connected || which != connection) {
      return false;
    }
    connected = false;
    actions.closeConnection();
    actions.startReconnectTimer(random.nextLong(reconnectMillis), drawReconnectPeriod());
    return true;
  }

  void onBeatTick(long nowNanos) {
    if (stopped) {
      return;
    }
    if (hasBeaten && nowNanos - lastBeatNanos < TimeUnit.MILLISECONDS.toNanos(beatMillis) / 2) {
      actions.skipped(SkipReason.BURST);
    } else if (beat == Beat.BUILDING) {
      actions.skipped(SkipReason.HEAD_PENDING);
    } else if (beat == Beat.WRITING) {
      actions.skipped(SkipReason.WRITE_IN_FLIGHT);
    } else if (!connected) {
      actions.skipped(SkipReason.NOT_CONNECTED);
    } else {
      hasBeaten = true;
      lastBeatNanos = nowNanos;
      beat = Beat.BUILDING;
      actions.buildBeat();
    }
  }

  void onBeatBuilt() {
    if (stopped) {
      return;
    }
    if (connected) {
      beat = Beat.WRITING;
      actions.writeBeat(connection);
    } else {
      beat = Beat.NONE;
      actions.skipped(SkipReason.CONNECTION_LOST);
    }
  }

  void onBuildFailed() {
    if (!stopped) {
      beat = Beat.NONE;
      actions.skipped(SkipReason.BUILD_FAILED);
    }
  }

  void onWritten() {
    beat = Beat.NONE;
  }

  /**
   * A write failed, and with it its connection.
   *
   * @return whether the loss was not known before
   */
  boolean onWriteFailed(long which) {
    if (stopped) {
      return false;
    }
    beat = Beat.NONE;
    actions.skipped(SkipReason.WRITE_FAILED);
    return onLost(which);
  }

  private void open() {
    opening = true;
    actions.open();
  }

  private long drawReconnectPeriod() {
    double share = 1 - JITTER + 2 * JITTER * random.nextDouble();
    return Math.max(1, Math.round(reconnectMillis * share));
  }
}
