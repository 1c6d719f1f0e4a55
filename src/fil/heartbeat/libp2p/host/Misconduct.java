package fil.heartbeat.libp2p.host;

import fil.heartbeat.libp2p.PeerId;

/** Counts, logs and punishes a peer's broken rules and exceeded limits. */
public final class Misconduct {
  private final PeerId peer;
  private final Counters counters;
  private final RefusalLog refusals;
  private final PenaltyBox penalties;

  /**
   * @param peer the peer of the connection
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

  /** Logs that a limit of this host was reached. */
  public void refused(Refusal refusal) {
    refusals.refused(refusal, peer);
  }

  /**
   * Counts a broken rule, and logs the peer's first.
   *
   * @param detail what it did and what was expected
   * @param limit the limit to raise, or {@code none}
   */
  public void violation(String reason, String detail, String limit) {
    counters.violations.count(reason);
    refusals.violated(peer, reason, detail, limit);
  }

  /**
   * Counts a stream that was reset because the peer broke a rule of its protocol.
   *
   * @return whether it did so too often: it is refused for a while, and its connections must end
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
