package fil.heartbeat.libp2p.net;

import fil.heartbeat.libp2p.host.Keepalive;
import java.time.Duration;

/** Looks after a connection's signs of life with one timer, armed anew only when it fires. */
final class KeepaliveTimer {
  private final Loop loop;
  private final Runnable ping;
  private final Runnable dead;
  private Keepalive keepalive;
  private volatile long inboundNanos;
  private long pingedNanos;
  private Loop.Timer timer = Loop.Timer.NONE;
  private boolean stopped;

  KeepaliveTimer(Loop loop, Keepalive keepalive, Runnable ping, Runnable dead) {
    this.loop = loop;
    this.keepalive = keepalive;
    this.ping = ping;
    this.dead = dead;
    this.inboundNanos = loop.nanoTime();
    this.pingedNanos = inboundNanos;
  }

  /** Bytes arrived. */
  void inbound(long nowNanos) {
    inboundNanos = nowNanos;
  }

  /** When bytes last arrived. Any thread. */
  long inboundNanos() {
    return inboundNanos;
  }

  void tighten(Duration pingAfter, Duration deadAfter) {
    keepalive = keepalive.tightened(pingAfter, deadAfter);
    check();
  }

  /** Acts if it is time, and plans the next look. */
  void check() {
    if (stopped) {
      return;
    }
    timer.cancel();
    long now = loop.nanoTime();
    Keepalive.Verdict verdict = keepalive.judge(now, inboundNanos, pingedNanos);
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

  void stop() {
    stopped = true;
    timer.cancel();
  }

  private void schedule(Keepalive.Verdict verdict) {
    timer = loop.after(Duration.ofNanos(verdict.againNanos()), this::check);
  }
}
