package fil.heartbeat.libp2p.host;

import fil.heartbeat.libp2p.DialOptions;
import fil.heartbeat.libp2p.HostConfig;
import java.time.Duration;

/**
 * When a silent connection is asked for a sign of life, and when it counts as dead. Silence alone
 * does not kill: after a stall of ours bytes may lie unread in the socket, so a ping always goes
 * first and gets its time.
 *
 * @param pingAfter silence after which a ping goes out
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

  /** What to do now, and when to look again. */
  public record Verdict(Act act, long againNanos) {}

  /** Of a connection that a peer dialled. */
  public static Keepalive accepted(HostConfig config) {
    return new Keepalive(
        config.ping().pingAfter(), config.ping().pingAfter().plus(config.ping().pingTimeout()));
  }

  /** Of a connection that we dialled. */
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
    long waited = nowNanos - pingedNanos;
    return waited < answerTime
        ? new Verdict(Act.WAIT, answerTime - waited)
        : new Verdict(Act.DEAD, Long.MAX_VALUE);
  }

  /** The stricter of two, member by member. */
  public Keepalive tightened(Duration otherPingAfter, Duration otherDeadAfter) {
    return new Keepalive(min(pingAfter, otherPingAfter), min(deadAfter, otherDeadAfter));
  }

  private static Duration min(Duration one, Duration other) {
    return one.compareTo(other) <= 0 ? one : other;
  }
}
