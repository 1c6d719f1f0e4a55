package fil.heartbeat.swarm;

/**
 * One node of the fleet.
 *
 * @param number 1 to the size of the fleet
 * @param phase where in each period its beats are due, 0 to below 1
 */
record VirtualNode(int number, Behaviour role, double phase) {
  private static final long FIRST_MINER = 1000;

  /** Returns {@code swarm-00001} and so on. */
  String nickname() {
    return String.format("swarm-%05d", number);
  }

  /** Returns an id address of the main network. */
  String minerAddress() {
    return "f0" + (FIRST_MINER + number);
  }
}
