package fil.heartbeat.cli;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Whether the heap is so full that the process does nothing but collect it. Some errors of a full
 * heap are swallowed where they are thrown; a heap that stays full is found here.
 */
final class HeapPressure {

  /** Nine tenths of the time goes into collections. */
  private static final double COLLECTING = 0.9;

  /** And they leave next to nothing of the heap. */
  private static final double FULL = 0.92;

  private final long limitNanos;
  private long lastNanos;
  private long lastCollectingMillis;
  private long pressedNanos;
  private boolean full;

  /**
   * @param limit how long it may last
   * @param collectingMillis time spent in collections until now
   */
  HeapPressure(Duration limit, long nowNanos, long collectingMillis) {
    this.limitNanos = limit.toNanos();
    this.lastNanos = nowNanos;
    this.lastCollectingMillis = collectingMillis;
  }

  /**
   * A look at the heap, about once a second.
   *
   * @param collectingMillis time spent in collections, in all
   */
  void look(long nowNanos, long collectingMillis, long usedBytes, long maxBytes) {
    long elapsed = nowNanos - lastNanos;
    long collecting = TimeUnit.MILLISECONDS.toNanos(collectingMillis - lastCollectingMillis);
    lastNanos = nowNanos;
    lastCollectingMillis = collectingMillis;
    full = usedBytes >= FULL * maxBytes;
    boolean pressed = full && collecting >= COLLECTING * elapsed;
    pressedNanos = pressed ? pressedNanos + elapsed : 0;
  }

  /** Whether next to nothing was left at the last look. */
  boolean isFull() {
    return full;
  }

  boolean isExhausted() {
    return pressedNanos >= limitNanos;
  }
}
