package fil.heartbeat.chain.source;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A set of numbers as nodes write it: lengths of runs that alternate, of absent ones first. {@code
 * [5,1]} is {5}, {@code [0]} is empty.
 */
final class BitField {

  /** More sectors than any miner can have. */
  private static final long MAX_LENGTH = 1L << 40;

  private BitField() {}

  /**
   * Returns how many numbers it holds.
   *
   * @throws IllegalArgumentException when it is no bit field
   */
  static long count(@Nullable List<@Nullable Long> runs) {
    long count = 0;
    long length = 0;
    for (int at = 0; at < lengths(runs).size(); at++) {
      long run = run(lengths(runs), at);
      length += run;
      if (length > MAX_LENGTH) {
        throw new IllegalArgumentException("a bit field longer than " + MAX_LENGTH);
      }
      count += at % 2 == 1 ? run : 0;
    }
    return count;
  }

  /**
   * Whether it holds the number.
   *
   * @throws IllegalArgumentException when it is no bit field
   */
  static boolean contains(@Nullable List<@Nullable Long> runs, long number) {
    long end = 0;
    for (int at = 0; at < lengths(runs).size(); at++) {
      end += run(lengths(runs), at);
      if (number < end) {
        return at % 2 == 1;
      }
    }
    return false;
  }

  private static List<@Nullable Long> lengths(@Nullable List<@Nullable Long> runs) {
    if (runs == null) {
      throw new IllegalArgumentException("no bit field");
    }
    return runs;
  }

  private static long run(List<@Nullable Long> runs, int at) {
    Long run = runs.get(at);
    if (run == null || run < 0 || run > MAX_LENGTH) {
      throw new IllegalArgumentException("a run of " + run + " in a bit field");
    }
    return run;
  }
}
