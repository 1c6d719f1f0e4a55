package fil.heartbeat.libp2p.net;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.NavigableSet;
import java.util.TreeSet;

/** A loop whose time and turns the test drives. The test's thread is the loop's. */
final class ManualLoop implements Loop {
  private static final int MAX_TURNS = 2_000_000;

  /**
   * @param number sequence number; orders actions planned for the same moment
   */
  private record Planned(long atNanos, long number, Runnable action) {}

  private final Deque<Runnable> turns = new ArrayDeque<>();
  private final NavigableSet<Planned> planned =
      new TreeSet<>(Comparator.comparingLong(Planned::atNanos).thenComparingLong(Planned::number));
  private long number;
  private long nowNanos = 1_000_000_000L;

  @Override
  public void execute(Runnable action) {
    turns.addLast(action);
  }

  @Override
  public boolean isCurrent() {
    return true;
  }

  @Override
  public Timer after(Duration delay, Runnable action) {
    Planned timer = new Planned(nowNanos + delay.toNanos(), number++, action);
    planned.add(timer);
    return () -> planned.remove(timer);
  }

  @Override
  public long nanoTime() {
    return nowNanos;
  }

  int timers() {
    return planned.size();
  }

  /** Runs all actions that are due at the present time. */
  void drive() {
    for (int turn = 0; !turns.isEmpty(); turn++) {
      if (turn > MAX_TURNS) {
        throw new AssertionError("the loop does not come to rest");
      }
      turns.removeFirst().run();
    }
  }

  /** Advances time and runs all actions that become due. */
  void advance(Duration time) {
    drive();
    long end = nowNanos + time.toNanos();
    while (!planned.isEmpty() && planned.first().atNanos() <= end) {
      Planned next = planned.first();
      planned.remove(next);
      nowNanos = Math.max(nowNanos, next.atNanos());
      next.action().run();
      drive();
    }
    nowNanos = end;
    drive();
  }
}
