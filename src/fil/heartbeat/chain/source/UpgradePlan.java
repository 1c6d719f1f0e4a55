package fil.heartbeat.chain.source;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The upgrades of a node, from its {@code ForkUpgradeParams}. Pure. */
final class UpgradePlan {

  /** Upgrades that a beat holds. */
  private static final int MAX_UPGRADES = 8;

  private static final int MAX_NAME = 32;

  /** Two years of epochs of 30 s; what is further away is not planned, as nodes write it. */
  private static final long MAX_AHEAD = 2L * 365 * 2_880;

  private static final String BEFORE = "Upgrade";
  private static final String AFTER = "Height";

  /**
   * An upgrade.
   *
   * @param height the epoch at which it begins
   */
  record Upgrade(String name, long height) {}

  private UpgradePlan() {}

  /**
   * Returns all upgrades that began or are planned, rising; those at genesis have negative heights
   * and are left out, and so is what is no height, such as {@code BreezeGasTampingDuration}.
   *
   * @throws IllegalArgumentException when a height is no whole number
   */
  static List<Upgrade> read(Map<String, @Nullable Object> params) {
    List<Upgrade> upgrades = new ArrayList<>();
    params.forEach(
        (key, value) -> {
          if (key.endsWith(AFTER)) {
            long height = height(key, value);
            String name =
                key.substring(
                    key.startsWith(BEFORE) ? BEFORE.length() : 0, key.length() - AFTER.length());
            if (height >= 0 && !name.isEmpty() && name.length() <= MAX_NAME) {
              upgrades.add(new Upgrade(name, height));
            }
          }
        });
    upgrades.sort(Comparator.comparingLong(Upgrade::height).thenComparing(Upgrade::name));
    return upgrades;
  }

  /** Returns the last one that began by this height, and those of the next two years; at most 8. */
  static List<Upgrade> at(List<Upgrade> rising, long height) {
    List<Upgrade> known = new ArrayList<>();
    for (Upgrade upgrade : rising) {
      if (upgrade.height() <= height) {
        known.clear();
        known.add(upgrade);
      } else if (upgrade.height() <= height + MAX_AHEAD && known.size() < MAX_UPGRADES) {
        known.add(upgrade);
      }
    }
    return known;
  }

  private static long height(String key, @Nullable Object value) {
    if (value instanceof Integer || value instanceof Long) {
      return ((Number) value).longValue();
    }
    if (value instanceof BigInteger) {
      return Long.MAX_VALUE;
    }
    throw new IllegalArgumentException(key + ": " + value + " (expected: a height)");
  }
}
