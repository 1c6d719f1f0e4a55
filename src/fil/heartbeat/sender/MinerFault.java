package fil.heartbeat.sender;

/** Why a beat carries no miner address although one was requested. */
public enum MinerFault {
  /** No consumer is registered on the miner's bus address. */
  NO_HANDLER("no-handler"),
  /** No answer in time. */
  TIMEOUT("timeout"),
  /** The consumer failed the request. */
  FAILED("failed"),
  /** The answer does not have the agreed form. */
  UNREADABLE("unreadable");

  private final String label;

  MinerFault(String label) {
    this.label = label;
  }

  /** Returns the value of the metric label {@code reason}. */
  public String label() {
    return label;
  }
}
