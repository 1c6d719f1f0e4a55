package fil.heartbeat.truth;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;

/** What happens, by a seed. */
final class Script {
  /** Nodes that have trouble at the same time at most: the others decide what is so. */
  private static final int AT_ONCE = 3;

  /** As often a node falls: once more would be flapping. */
  private static final int FALLS = 3;

  /** Seconds that it takes to see that a node is well, before it is gone again. */
  private static final int REST = 300;

  private static final int OPS = 40;

  private Script() {}

  static List<Op> of(long seed) {
    Random random = new Random(seed * 31 + 5);
    List<Op> ops = new ArrayList<>();
    List<Integer> down = new ArrayList<>();
    int[] falls = new int[World.NODES];
    boolean fails = false;
    boolean cloned = false;
    Duration wrong = Duration.ZERO;
    long[] well = LongStream.generate(() -> -REST).limit(World.NODES).toArray();
    long now = 90;
    ops.add(new Op.Waits((int) now));
    for (int i = 0; i < OPS; i++) {
      switch (random.nextInt(18)) {
        case 0, 1, 2 -> {
          // The last two are never in trouble.
          int node = random.nextInt(World.NODES - 2);
          if (down.size() < AT_ONCE
              && !down.contains(node)
              && falls[node] < FALLS
              && now - well[node] > REST) {
            falls[node]++;
            down.add(node);
            Trouble[] all = Trouble.values();
            ops.add(new Op.Falls(node, all[random.nextInt(all.length)]));
          }
        }
        case 3, 4 -> {
          if (!down.isEmpty()) {
            int node = down.remove(random.nextInt(down.size()));
            well[node] = now;
            ops.add(new Op.Recovers(node));
          }
        }
        case 5, 6 -> ops.add(new Op.Restart(random.nextBoolean(), random.nextInt(20)));
        case 7 -> {
          Duration by = step(random);
          wrong = wrong.plus(by);
          ops.add(new Op.Step(by));
        }
        case 8 -> ops.add(new Op.Silences(random.nextInt(World.NODES), 60 + random.nextInt(300)));
        case 13, 14 -> {
          // One that is never in trouble.
          cloned = !cloned;
          ops.add(new Op.Clone(World.NODES - 1, cloned));
        }
        case 15 -> ops.add(new Op.Intruder());
        case 16, 17 -> {
          Op.Change[] all = Op.Change.values();
          ops.add(new Op.ConfigFile(all[random.nextInt(all.length)]));
        }
        case 10, 11, 12 -> ops.add(new Op.Cuts((int) Math.pow(20_000, random.nextDouble())));
        default -> {
          fails = !fails;
          ops.add(new Op.Sink(fails));
        }
      }
      int wait = 1 + (int) Math.pow(400, random.nextDouble());
      now += wait;
      ops.add(new Op.Waits(wait));
    }
    ops.add(new Op.Sink(false));
    if (random.nextBoolean() && !wrong.isZero()) {
      ops.add(new Op.Step(wrong.negated()));
    }
    return ops;
  }

  /** Either way, from two seconds to a day. */
  private static Duration step(Random random) {
    long seconds = 2 + (long) Math.pow(86_398, random.nextDouble());
    return Duration.ofSeconds(random.nextBoolean() ? seconds : -seconds);
  }
}
