package fil.heartbeat.api.feed;

/**
 * The bytes that the feed may keep for those who watch: what its filters have told last, and what
 * is on its way to viewers that do not read. Counted here, and made room for by {@link
 * FeedAudience}. On one event loop.
 */
final class FeedBudget {
  private static final int SHARE_OF_HEAP = 8;

  private final long limit;
  private long held;

  FeedBudget(long limit) {
    this.limit = limit;
  }

  static FeedBudget ofHeap() {
    return new FeedBudget(Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP);
  }

  long limit() {
    return limit;
  }

  long held() {
    return held;
  }

  boolean isOver() {
    return held > limit;
  }

  boolean hasRoom(long bytes) {
    return held + bytes <= limit;
  }

  /**
   * @param bytes less than 0 for what is held no more
   */
  void add(long bytes) {
    held += bytes;
  }
}
