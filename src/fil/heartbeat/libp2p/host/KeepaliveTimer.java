package fil.heartbeat.libp2p.host;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Pings a silent peer and reports it dead when nothing arrives, with one timer that is restarted
 * only when it fires. Runs on the connection's loop.
 */
public final class KeepaliveTimer {

  /** Sets timers on the connection's loop. */
  public interface Scheduler {

    /**
     * Runs the action on the loop after the delay.
     *
     * @return cancels it; without effect once it ran
     */
    Runnable after(Duration delay, Runnable action);
  }

  private final Scheduler scheduler;
  private final LongSupplier nanoTime;
  private final LongSupplier lastInboundNanos;
  private final Runnable ping;
  private final Runnable dead;
  private Keepalive keepalive;
  private long pingedNanos;
  private Runnable cancel = () -> {};
  private boolean stopped;

  /**
   * @param nanoTime a clock like {@link System#nanoTime}
   * @param lastInboundNanos when bytes last arrived, on that clock
   * @param ping sends a ping
   * @param dead called once when nothing arrived from the peer in time
   */
  public KeepaliveTimer(
      Scheduler scheduler,
      LongSupplier nanoTime,
      LongSupplier lastInboundNanos,
      Keepalive keepalive,
      Runnable ping,
      Runnable dead) {
    this.scheduler = scheduler;
    this.nanoTime = nanoTime;
    this.lastInboundNanos = lastInboundNanos;
    this.keepalive = keepalive;
    this.ping = ping;
    this.dead = dead;
    this.pingedNanos = lastInboundNanos.getAsLong();
  }

  /** Pings or reports death if it is time, and sets the next timer. */
  public void check() {
    if (stopped) {
      return;
    }
    cancel.run();
    long now = nanoTime.getAsLong();
    Keepalive.Verdict verdict = keepalive.judge(now, lastInboundNanos.getAsLong(), pingedNanos);
    switch (verdict.act()) {
      case WAIT -> schedule(verdict);
      case PING -> {
        pingedNanos = now;
        schedule(verdict);
        ping.run();
      }
      case DEAD -> {
        stop();
        dead.run();
      }
    }
  }

  /** Other bytes leave now: a ping that is due soon leaves with them. */
  public void joinBytes() {
    long now = nanoTime.getAsLong();
    if (!stopped && keepalive.joins(now, lastInboundNanos.getAsLong(), pingedNanos)) {
      pingedNanos = now;
      ping.run();
    }
  }

  /** Applies the stricter of the present and the given times from now on. */
  public void tighten(Duration pingAfter, Duration deadAfter) {
    keepalive = keepalive.tightened(pingAfter, deadAfter);
    check();
  }

  /** Stops checking. Idempotent. */
  public void stop() {
    stopped = true;
    cancel.run();
  }

  private void schedule(Keepalive.Verdict verdict) {
    cancel = scheduler.after(Duration.ofNanos(verdict.againNanos()), this::check);
  }
}
