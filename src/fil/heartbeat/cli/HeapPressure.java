package fil.heartbeat.cli;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Whether the heap is so full that the process only collects garbage. Some errors of a full heap
 * are swallowed where they are thrown; this detects a heap that stays full.
 */
final class HeapPressure {

  /** Share of time spent in collections. */
  private static final double COLLECTING = 0.9;

  /** Share of the heap still used after them. */
  private static final double FULL = 0.92;

  private final long limitNanos;
  private long lastNanos;
  private long lastCollectingMillis;
  private long pressedNanos;
  private boolean full;

  /**
   * @param limit how long the pressure may last
   * @param collectingMillis total time spent in collections so far
   */
  HeapPressure(Duration limit, long nowNanos, long collectingMillis) {
    this.limitNanos = limit.toNanos();
    this.lastNanos = nowNanos;
    this.lastCollectingMillis = collectingMillis;
  }

  /**
   * Takes a sample, about once a second.
   *
   * @param collectingMillis total time spent in collections
   */
  void update(long nowNanos, long collectingMillis, long usedBytes, long maxBytes) {
    long elapsed = nowNanos - lastNanos;
    long collecting = TimeUnit.MILLISECONDS.toNanos(collectingMillis - lastCollectingMillis);
    lastNanos = nowNanos;
    lastCollectingMillis = collectingMillis;
    full = usedBytes >= FULL * maxBytes;
    boolean pressed = full && collecting >= COLLECTING * elapsed;
    pressedNanos = pressed ? pressedNanos + elapsed : 0;
  }

  /** Whether the heap was full at the last sample. */
  boolean isFull() {
    return full;
  }

  boolean isExhausted() {
    return pressedNanos >= limitNanos;
  }
}
