package fil.heartbeat.sender;

/** The faults of an answer to the head request. */
public enum HeadFault {
  /** No consumer is registered on the head's bus address. */
  NO_HANDLER("no-handler", true),
  /** No answer in time. */
  TIMEOUT("timeout", true),
  /** Failure code 1: the source has no head. */
  NO_HEAD("no-head", true),
  /** Failure code 2: the request to the node failed. */
  RPC_FAILED("rpc-failed", true),
  /** Failure code 3: the node refused the token. */
  NOT_AUTHORISED("not-authorised", true),
  /** Any other failure. */
  FAILED("failed", true),
  /** The answer does not have the agreed form. */
  UNREADABLE("unreadable", true),
  /** The head was read too long ago. */
  STALE("stale", true),
  /** The head is readable, its height is not. */
  BAD_HEIGHT("bad-height", false),
  /** The genesis is neither CID text nor null. */
  BAD_GENESIS("bad-genesis", false),
  /** The member {@code syncing} is neither boolean nor null. */
  BAD_SYNCING("bad-syncing", false),
  /** An optional member has another form. */
  BAD_MEMBER("bad-member", false);

  private final String label;
  private final boolean fatal;

  HeadFault(String label, boolean fatal) {
    this.label = label;
    this.fatal = fatal;
  }

  /** Returns the value of the metric label {@code reason}. */
  public String label() {
    return label;
  }

  /** Whether the beat carries the empty head because of it. */
  boolean fatal() {
    return fatal;
  }
}
