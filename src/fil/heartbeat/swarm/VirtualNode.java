package fil.heartbeat.swarm;

import java.util.Set;

/**
 * One node of the fleet.
 *
 * @param number 1 to the size of the fleet
 * @param phase where in each period its beats are due, 0 to below 1
 */
record VirtualNode(int number, Behaviour role, double phase, Set<Trait> traits) {
  private static final long FIRST_MINER = 1000;
  private static final long WALLETS_APART = 1_000_000;

  VirtualNode {
    traits = Set.copyOf(traits);
  }

  /** A node without traits. */
  VirtualNode(int number, Behaviour role, double phase) {
    this(number, role, phase, Set.of());
  }

  boolean has(Trait trait) {
    return traits.contains(trait);
  }

  /** Returns {@code swarm-00001} and so on. */
  String nickname() {
    return String.format("swarm-%05d", number);
  }

  /** Returns an id address of the main network. */
  String minerAddress() {
    return "f0" + (FIRST_MINER + number);
  }

  /**
   * Returns the id address of one of its wallets.
   *
   * @param which 1 or more
   */
  String wallet(int which) {
    return "f0" + (which * WALLETS_APART + number);
  }
}
