package fil.heartbeat.api.http;

import java.util.IdentityHashMap;

/**
 * The bytes held for clients that have not read them: those that their sockets did not take, and
 * the objects from which the rest of their answers is made, each counted once however many clients
 * share it. Used on one event loop.
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

  boolean isExceeded() {
    return held > limit;
  }

  long held() {
    return held;
  }

  /**
   * @param bytes negative when they are released
   */
  void add(long bytes) {
    held += bytes;
  }

  /** Adds a client whose answer is made from this object. */
  void hold(Object what, long bytes) {
    if (readers.merge(what, 1, Integer::sum) == 1) {
      held += bytes;
    }
  }

  /** Removes a client whose answer was made from this object. */
  void letGo(Object what, long bytes) {
    Integer left = readers.computeIfPresent(what, (same, count) -> count == 1 ? null : count - 1);
    if (left == null) {
      held -= bytes;
    }
  }
}
