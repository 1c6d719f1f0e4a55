package fil.heartbeat.libp2p.host;

import fil.heartbeat.libp2p.PeerId;

/** What is counted, logged and punished when one peer breaks rules or meets limits. */
public final class Misconduct {
  private final PeerId peer;
  private final Counters counters;
  private final RefusalLog refusals;
  private final PenaltyBox penalties;

  /**
   * @param peer whose connection it is
   */
  public Misconduct(PeerId peer, Counters counters, RefusalLog refusals, PenaltyBox penalties) {
    this.peer = peer;
    this.counters = counters;
    this.refusals = refusals;
    this.penalties = penalties;
  }

  /** Counts an inbound stream that was refused or reset. */
  public void countRefused(String reason) {
    counters.streamsRefused.count(reason);
  }

  /** Logs that a limit of ours was met. */
  public void refused(Refusal refusal) {
    refusals.refused(refusal, peer);
  }

  /**
   * The peer broke a rule: counted, and its first is logged.
   *
   * @param detail what it did and what was expected
   * @param limit the limit to raise, or {@code none}
   */
  public void violation(String reason, String detail, String limit) {
    counters.violations.count(reason);
    refusals.violated(peer, reason, detail, limit);
  }

  /**
   * The peer broke a rule of a protocol on a stream that it opened, which was reset for it.
   *
   * @return whether it did so too often: it is refused for a while, and its connections are to end
   */
  public boolean streamReset(String reason, String detail, long nowNanos) {
    countRefused("reset");
    violation(reason, detail, Refusal.PENALTY.limit());
    boolean penalty = penalties.reset(peer, nowNanos);
    if (penalty) {
      refused(Refusal.PENALTY);
    }
    return penalty;
  }
}
