package fil.heartbeat.chain;

import java.time.Duration;
import java.time.Instant;

/**
 * Which epoch a moment lies in. Pure.
 *
 * @param genesisTime the start of epoch 0
 * @param epochSeconds length of an epoch, 1 or more; 30 on mainnet and calibnet
 */
public record EpochClock(Instant genesisTime, int epochSeconds) {

  /**
   * @throws IllegalArgumentException when an epoch is shorter than a second
   */
  public EpochClock {
    if (epochSeconds < 1) {
      throw new IllegalArgumentException(
          "epoch of " + epochSeconds + " seconds (expected: 1 or more)");
    }
  }

  /** The epoch that a chain without null rounds would have reached; below 0 before genesis. */
  public long epochAt(Instant now) {
    return Math.floorDiv(Duration.between(genesisTime, now).toSeconds(), (long) epochSeconds);
  }

  /**
   * When an epoch starts.
   *
   * @throws ArithmeticException for an epoch outside of what time can tell
   */
  public Instant startOf(long epoch) {
    return genesisTime.plusSeconds(Math.multiplyExact(epoch, (long) epochSeconds));
  }
}
