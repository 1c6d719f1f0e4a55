package fil.heartbeat.aggregator;

import static java.nio.charset.StandardCharsets.UTF_8;

import fil.heartbeat.chain.Cid;
import fil.heartbeat.chain.Network;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * A chain whose blocks arrive one by one: Poisson(5) blocks an epoch, each seen 6 to 12 seconds
 * into it, later by what a node's path and clock add. One epoch in a hundred begins on a branch
 * that is abandoned 16 to 22 seconds into its last epoch.
 */
final class SimulatedBlocks {
  private static final double MEAN = 5;
  private static final int REORG_ONE_IN = 100;
  private static final int LOOK_BACK = 64;

  /** The head that a node sees. */
  record Head(String key, long height) {}

  private record Round(int[] arrivals, int losing, int replacement) {}

  private final long seed;
  private final String branch;
  private final long from;
  private final Map<Long, Round> rounds = new HashMap<>();
  private final Map<String, Head> heads = new HashMap<>();

  /** Creates a chain that equals the one named "" below a height. */
  SimulatedBlocks(long seed, String branch, long from) {
    this.seed = seed;
    this.branch = branch;
    this.from = from;
  }

  /**
   * Returns the head at {@code millis} since genesis, for a node that sees blocks {@code late}
   * milliseconds after the first one does.
   */
  Head headAt(long millis, int late) {
    long epochMillis = Network.SIMULATED.epochSeconds() * 1000L;
    long now = millis / epochMillis;
    for (long height = now; height > Math.max(0, now - LOOK_BACK); height--) {
      Round round = round(height);
      long into = millis - late - height * epochMillis;
      int mask = 0;
      for (int i = 0; i < round.arrivals.length; i++) {
        mask |= into >= round.arrivals[i] ? 1 << i : 0;
      }
      if (mask != 0) {
        return head(height, mask, isLosing(height, into));
      }
    }
    throw new IllegalStateException("no block in " + LOOK_BACK + " epochs");
  }

  /** Whether an epoch has blocks on this branch. */
  boolean hasBlocks(long height) {
    return round(height).arrivals.length > 0;
  }

  private boolean isLosing(long height, long into) {
    Round round = round(height);
    boolean last = round.losing == 1 || round(height - 1).losing == 2;
    // The first of two losing epochs is abandoned together with the second.
    long epochMillis = Network.SIMULATED.epochSeconds() * 1000L;
    if (round.losing == 2) {
      return into - epochMillis < round(height + 1).replacement;
    }
    return last && into < round.replacement;
  }

  private Head head(long height, int mask, boolean losing) {
    String name = height + "/" + mask + (losing ? "/losing" : "");
    return heads.computeIfAbsent(
        name,
        ignored -> {
          List<String> cids = new ArrayList<>();
          for (int i = 0; i < 31; i++) {
            if ((mask & 1 << i) != 0) {
              String block = branch(height) + '/' + height + '/' + i + (losing ? "/losing" : "");
              cids.add(Cid.ofBlock((seed + block).getBytes(UTF_8)).toString());
            }
          }
          cids.sort(null);
          return new Head("{ " + String.join(" ", cids) + " }", height);
        });
  }

  private Round round(long height) {
    Round known = rounds.get(height);
    if (known == null) {
      SplittableRandom random =
          new SplittableRandom(seed * 31 + branch(height).hashCode() + height * 7919);
      int[] arrivals = new int[poisson(random)];
      for (int i = 0; i < arrivals.length; i++) {
        arrivals[i] = 6_000 + random.nextInt(5_000);
      }
      double draw = random.nextDouble() * REORG_ONE_IN;
      int losing = arrivals.length == 0 || draw >= 1 ? 0 : draw < 0.5 ? 1 : 2;
      known = new Round(arrivals, losing, 16_000 + random.nextInt(6_000));
      rounds.put(height, known);
    }
    return known;
  }

  private String branch(long height) {
    return height < from ? "" : branch;
  }

  private static int poisson(SplittableRandom random) {
    double left = random.nextDouble();
    double probability = Math.exp(-MEAN);
    int count = 0;
    while (left >= probability && count < 20) {
      left -= probability;
      count++;
      probability *= MEAN / count;
    }
    return count;
  }
}
