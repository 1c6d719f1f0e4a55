package fil.heartbeat.libp2p.host;

import fil.heartbeat.libp2p.DialOptions;
import fil.heartbeat.libp2p.HostConfig;
import java.time.Duration;

/**
 * Decides when a ping is sent on a silent connection, and when the connection counts as dead.
 * Silence alone does not end it: after a stall of this process bytes may lie unread in the socket,
 * so a ping is always sent first and gets its time.
 *
 * @param pingAfter silence after which a ping is sent
 * @param deadAfter silence after which the connection is dead
 */
public record Keepalive(Duration pingAfter, Duration deadAfter) {

  /** What to do now. */
  public enum Act {
    /** Nothing yet. */
    WAIT,
    /** Send a ping. */
    PING,
    /** Close the connection. */
    DEAD
  }

  /** What to do now, and when to check again. */
  public record Verdict(Act act, long againNanos) {}

  /** Returns the keep-alive of a connection that a peer dialled. */
  public static Keepalive accepted(HostConfig config) {
    return new Keepalive(
        config.ping().pingAfter(), config.ping().pingAfter().plus(config.ping().pingTimeout()));
  }

  /** Returns the keep-alive of a connection that this host dialled. */
  public static Keepalive dialled(DialOptions options) {
    return new Keepalive(options.pingAfter(), options.deadAfter());
  }

  /**
   * @param lastInboundNanos when bytes last arrived
   * @param pingedNanos when a ping was last sent; before {@code lastInboundNanos} when none was
   *     sent in this silence
   */
  public Verdict judge(long nowNanos, long lastInboundNanos, long pingedNanos) {
    long silence = nowNanos - lastInboundNanos;
    if (silence < pingAfter.toNanos()) {
      return new Verdict(Act.WAIT, pingAfter.toNanos() - silence);
    }
    long answerTime = deadAfter.minus(pingAfter).toNanos();
    if (pingedNanos - lastInboundNanos <= 0) {
      return new Verdict(Act.PING, answerTime);
    }
    // A ping that left with other bytes was early: the silence gets its whole time all the same.
    long left = Math.max(answerTime - (nowNanos - pingedNanos), deadAfter.toNanos() - silence);
    return left > 0 ? new Verdict(Act.WAIT, left) : new Verdict(Act.DEAD, Long.MAX_VALUE);
  }

  /**
   * Whether a ping is due so soon that it had better leave now with other bytes: a message, a
   * system call and a wakeup less at both ends. Where something is written once in {@code
   * pingAfter} that is each ping, as the answer to the last one came just after a write.
   */
  boolean joins(long nowNanos, long lastInboundNanos, long pingedNanos) {
    return nowNanos - lastInboundNanos >= pingAfter.toNanos() / 4 * 3
        && pingedNanos - lastInboundNanos <= 0;
  }

  /** Returns the stricter of both values, each on its own. */
  public Keepalive tightened(Duration otherPingAfter, Duration otherDeadAfter) {
    return new Keepalive(min(pingAfter, otherPingAfter), min(deadAfter, otherDeadAfter));
  }

  private static Duration min(Duration one, Duration other) {
    return one.compareTo(other) <= 0 ? one : other;
  }
}
