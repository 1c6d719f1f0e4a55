package fil.heartbeat.fleet;

/** The upper tail of the standard normal distribution, and its inverse, in the detector's unit. */
final class NormalTail {
  private static final double HALF_LOG_TWO_PI = 0.5 * Math.log(2 * Math.PI);
  private static final double LN_10 = Math.log(10);

  /** Beyond this many deviations the continued fraction is the better of the two series. */
  private static final double FRACTION_FROM = 2;

  private static final int FRACTION_TERMS = 80;

  private NormalTail() {}

  /**
   * Returns minus the decimal logarithm of the chance that a standard normal variable is above
   * {@code deviations}: 1 for one in ten, 8 for one in a hundred million. Exact to nine digits from
   * -6 upwards, without underflow; 0 far below.
   */
  static double phi(double deviations) {
    if (deviations > FRACTION_FROM) {
      double fraction = deviations;
      for (int term = FRACTION_TERMS; term >= 1; term--) {
        fraction = deviations + term / fraction;
      }
      return (deviations * deviations / 2 + HALF_LOG_TWO_PI + Math.log(fraction)) / LN_10;
    }
    if (deviations < -FRACTION_FROM) {
      return -Math.log1p(-Math.pow(10, -phi(-deviations))) / LN_10;
    }
    double sum = deviations;
    double term = deviations;
    for (int odd = 3; Math.abs(term) > 1e-17; odd += 2) {
      term *= deviations * deviations / odd;
      sum += term;
    }
    double density = Math.exp(-deviations * deviations / 2 - HALF_LOG_TWO_PI);
    return -Math.log10(0.5 - density * sum);
  }

  /** The last result: all nodes of a fleet have one threshold, and the search takes half a ms. */
  private static volatile Solved last = new Solved(0, 0);

  private record Solved(double phi, double deviations) {}

  /** Returns the deviations at which {@link #phi} is {@code phi}, for 0.31 to 1 000. */
  static double deviations(double phi) {
    Solved known = last;
    if (Double.compare(known.phi, phi) != 0) {
      known = new Solved(phi, solved(phi));
      last = known;
    }
    return known.deviations;
  }

  private static double solved(double phi) {
    double low = 0;
    double high = 70;
    while (high - low > 1e-10) {
      double middle = (low + high) / 2;
      if (phi(middle) < phi) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return (low + high) / 2;
  }
}
