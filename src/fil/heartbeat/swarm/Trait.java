package fil.heartbeat.swarm;

/** A trouble that a virtual node reports, whatever its role; a node may have several. */
enum Trait {
  /** Two older releases of its client, in turn. */
  OLD_VERSION("old-version"),
  /** Does not know the next upgrade. */
  UNREADY("unready"),
  /** Has 1 to 3 peers. */
  ISOLATED("isolated"),
  /** Its last finalized tipset stays 45 epochs below the head at the start. */
  FINALITY_STUCK("finality-stuck"),
  /** Finalizes tipsets of the other branch. */
  FINALITY_CONFLICT("finality-conflict"),
  /** Its worker has 1.2 FIL, less by 0.01 FIL each epoch. */
  LOW_BALANCE("low-balance"),
  /** One of its three partitions is never proven; its deadline ends 14 epochs after the start. */
  UNPROVEN("unproven"),
  /** Two messages wait, and the nonce of the chain stands still. */
  STUCK_MESSAGES("stuck-messages"),
  /** Three of its sectors become faulty two minutes after the start. */
  FAULTY("faulty"),
  /** Starts again each minute. */
  RESTARTING("restarting");

  private final String label;

  Trait(String label) {
    this.label = label;
  }

  /** The word in the summary; its option is {@code --} and this. */
  String label() {
    return label;
  }

  String option() {
    return "--" + label;
  }
}
