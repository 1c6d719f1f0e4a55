package fil.heartbeat.chain;

import java.time.Duration;
import java.time.Instant;

/**
 * Converts between moments and epochs. Pure.
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

  /** Returns the epoch at a moment; negative before genesis. */
  public long epochAt(Instant now) {
    return Math.floorDiv(Duration.between(genesisTime, now).toSeconds(), (long) epochSeconds);
  }

  /**
   * Returns when an epoch starts.
   *
   * @throws ArithmeticException for an epoch outside the range of {@link Instant}
   */
  public Instant startOf(long epoch) {
    return genesisTime.plusSeconds(Math.multiplyExact(epoch, (long) epochSeconds));
  }
}
