package fil.heartbeat.bench;

import java.util.SplittableRandom;

/**
 * When beats that are written to a TCP connection arrive, with some of its packets lost. One beat
 * is one segment; the next goes out when the one before is through, as it does once the congestion
 * window fell to one. A lost segment is sent again after the tail loss probe and then after
 * timeouts that double (Linux: smoothed round trip + 200 ms), each lost with the same chance.
 */
final class LossyPath {
  private static final double ROUND_TRIP = 0.05;
  private static final double PROBE = 1.5 * ROUND_TRIP + 0.2;
  private static final double TIMEOUT = ROUND_TRIP + 0.2;
  private static final double MAX_TIMEOUT = 120;

  private final double loss;
  private final SplittableRandom random;
  private double through;

  LossyPath(double loss, SplittableRandom random) {
    this.loss = loss;
    this.random = random;
  }

  /** When a beat written at {@code seconds} arrives. */
  double arrival(double seconds) {
    double sent = Math.max(seconds, through);
    double timeout = TIMEOUT;
    boolean probed = false;
    while (random.nextDouble() < loss) {
      if (probed) {
        sent += timeout;
        timeout = Math.min(MAX_TIMEOUT, 2 * timeout);
      } else {
        sent += PROBE;
        probed = true;
      }
    }
    through = sent + ROUND_TRIP / 2;
    return through;
  }
}
