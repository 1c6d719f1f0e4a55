package fil.heartbeat.libp2p.jvm;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Asks a silent peer for a sign of life and gives it up when none comes. A ping always goes first
 * and gets its time: after a stall of ours bytes may lie unread in the socket. On the loop.
 */
final class Pulse {
  private final EventExecutor loop;
  private final Frames frames;
  private final Runnable dead;
  private long pingAfterNanos;
  private long deadAfterNanos;
  private long pingedNanos;
  private boolean pinged;
  private boolean stopped;
  private @Nullable Future<?> timer;

  Pulse(EventExecutor loop, Frames frames, Duration pingAfter, Duration deadAfter, Runnable dead) {
    this.loop = loop;
    this.frames = frames;
    this.pingAfterNanos = pingAfter.toNanos();
    this.deadAfterNanos = deadAfter.toNanos();
    this.dead = dead;
  }

  void start() {
    look();
  }

  /** The stricter of both holds from now on. */
  void tighten(Duration pingAfter, Duration deadAfter) {
    if (pingAfter.toNanos() < pingAfterNanos || deadAfter.toNanos() < deadAfterNanos) {
      pingAfterNanos = Math.min(pingAfterNanos, pingAfter.toNanos());
      deadAfterNanos = Math.min(deadAfterNanos, deadAfter.toNanos());
      look();
    }
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

  private void look() {
    cancel();
    if (stopped) {
      return;
    }
    long now = System.nanoTime();
    long silence = now - frames.lastInboundNanos();
    long patience = deadAfterNanos - pingAfterNanos;
    boolean asked = pinged && pingedNanos - frames.lastInboundNanos() > 0;
    if (silence < pingAfterNanos) {
      again(pingAfterNanos - silence);
    } else if (!asked) {
      pinged = true;
      pingedNanos = now;
      frames.ping();
      again(patience);
    } else if (now - pingedNanos < patience) {
      again(patience - (now - pingedNanos));
    } else {
      stopped = true;
      dead.run();
    }
  }

  private void again(long nanos) {
    timer = loop.schedule(this::look, nanos, TimeUnit.NANOSECONDS);
  }
}
