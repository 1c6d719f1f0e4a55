package fil.heartbeat.libp2p.jvm;

import fil.heartbeat.libp2p.host.Keepalive;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Asks a silent peer for a sign of life and gives it up when none comes. On the loop. */
final class KeepaliveTimer {
  private final EventExecutor loop;
  private final Frames frames;
  private final Runnable dead;
  private Keepalive keepalive;
  private long pingedNanos;
  private boolean stopped;
  private @Nullable Future<?> timer;

  KeepaliveTimer(EventExecutor loop, Frames frames, Keepalive keepalive, Runnable dead) {
    this.loop = loop;
    this.frames = frames;
    this.keepalive = keepalive;
    this.dead = dead;
    this.pingedNanos = frames.lastInboundNanos();
  }

  void start() {
    check();
  }

  /** The stricter of both holds from now on. */
  void tighten(Duration pingAfter, Duration deadAfter) {
    keepalive = keepalive.tightened(pingAfter, deadAfter);
    check();
  }

  void stop() {
    stopped = true;
    cancel();
  }

  private void cancel() {
    Future<?> running = timer;
    if (running != null) {
      running.cancel(false);
    }
  }

  private void check() {
    cancel();
    if (stopped) {
      return;
    }
    long now = System.nanoTime();
    Keepalive.Verdict verdict = keepalive.judge(now, frames.lastInboundNanos(), pingedNanos);
    switch (verdict.act()) {
      case WAIT -> schedule(verdict);
      case PING -> {
        pingedNanos = now;
        frames.ping();
        schedule(verdict);
      }
      case DEAD -> {
        stopped = true;
        dead.run();
      }
    }
  }

  private void schedule(Keepalive.Verdict verdict) {
    timer = loop.schedule(this::check, verdict.againNanos(), TimeUnit.NANOSECONDS);
  }
}
