package fil.heartbeat.chain.source;

import java.util.ArrayList;
import java.util.List;

/**
 * The network upgrades of the simulated chain, pure in the height: one a week, of which all that
 * begin within the next nine days are planned. So each node knows one that is two to nine days
 * ahead.
 */
public final class SimulatedUpgrades {
  private static final long EPOCHS_A_DAY = 2_880;
  private static final long APART = 7 * EPOCHS_A_DAY;
  private static final long PLANNED = 9 * EPOCHS_A_DAY;
  private static final int FIRST_VERSION = 1;

  /**
   * An upgrade.
   *
   * @param height the epoch at which it begins
   */
  public record Upgrade(String name, long height) {}

  private SimulatedUpgrades() {}

  /** Returns the last one that began by this height and all planned ones; 2 or 3, rising. */
  public static List<Upgrade> knownAt(long height) {
    List<Upgrade> known = new ArrayList<>();
    for (long at = passed(height); at * APART < height + PLANNED; at++) {
      known.add(new Upgrade("Simulated" + at, at * APART));
    }
    return known;
  }

  /** Returns the version of the network: one more with each upgrade. */
  public static int networkVersionAt(long height) {
    return (int) Math.min(Integer.MAX_VALUE, FIRST_VERSION + passed(height));
  }

  private static long passed(long height) {
    return height / APART;
  }
}
