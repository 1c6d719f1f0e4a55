package fil.heartbeat.api.http;

import java.util.IdentityHashMap;

/**
 * The bytes that are kept for clients that have not read them: what their sockets did not take, and
 * what the rest of their answers is made of, which counts once however many are told the same. On
 * one event loop.
 */
public final class UnreadAnswers {
  private static final int SHARE_OF_HEAP = 8;

  private final long limit;
  private final IdentityHashMap<Object, Integer> readers = new IdentityHashMap<>();
  private long held;

  UnreadAnswers(long limit) {
    this.limit = limit;
  }

  public static UnreadAnswers ofHeap() {
    return new UnreadAnswers(Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP);
  }

  boolean isOver() {
    return held > limit;
  }

  long held() {
    return held;
  }

  /**
   * @param bytes less than 0 for what is held no more
   */
  void add(long bytes) {
    held += bytes;
  }

  /** One more is told something that takes so many bytes. */
  void hold(Object what, long bytes) {
    if (readers.merge(what, 1, Integer::sum) == 1) {
      held += bytes;
    }
  }

  /** One who was told it is not any more. */
  void letGo(Object what, long bytes) {
    Integer left = readers.computeIfPresent(what, (same, count) -> count == 1 ? null : count - 1);
    if (left == null) {
      held -= bytes;
    }
  }
}
