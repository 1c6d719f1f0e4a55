package fil.heartbeat.swarm;

/** What a virtual node plays. */
enum Behaviour {
  /** On the main chain, beats for ever. */
  HEALTHY("healthy"),
  /** Healthy, but disconnects and reconnects now and then. */
  CHURNING("churning"),
  /** On one branch, the same for all, that shares no block with the main chain. */
  FORKED("forked"),
  /** On the main chain, some epochs late; its head moves. */
  LAGGING("lagging"),
  /** Stays connected, but stops after its first beats. */
  SILENT("silent");

  private final String label;

  Behaviour(String label) {
    this.label = label;
  }

  /** As the summary says it. */
  String label() {
    return label;
  }
}
