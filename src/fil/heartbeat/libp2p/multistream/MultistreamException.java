package fil.heartbeat.libp2p.multistream;

/** A negotiation that ended without an agreement. */
public final class MultistreamException extends Exception {

  /** Why. */
  public enum Reason {
    /** The peer answered {@code na} to everything. */
    REFUSED,
    /** The peer exceeded the rounds that a negotiation may take. */
    LIMIT,
    /** The peer broke the rules. */
    VIOLATION
  }

  private static final long serialVersionUID = 1L;
  private final Reason reason;

  /**
   * @param message what the peer did and what was expected
   */
  public MultistreamException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  /** Returns the kind of failure. */
  public Reason reason() {
    return reason;
  }
}
