package fil.heartbeat.swarm;

/** The role of a virtual node. */
enum Behaviour {
  /** On the main chain, beats for ever. */
  HEALTHY("healthy"),
  /** Healthy, but disconnects and reconnects now and then. */
  CHURNING("churning"),
  /** On one branch, common to all forked nodes, that shares no block with the main chain. */
  FORKED("forked"),
  /** On the main chain, some epochs late; its head moves. */
  LAGGING("lagging"),
  /** Stays connected, but stops after its first beats. */
  SILENT("silent");

  private final String label;

  Behaviour(String label) {
    this.label = label;
  }

  /** The word in the summary. */
  String label() {
    return label;
  }
}
