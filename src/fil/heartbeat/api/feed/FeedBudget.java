package fil.heartbeat.api.feed;

/**
 * The bytes that the feed may hold for its viewers: the last events of each filter, and the events
 * on their way to viewers that do not read. This class counts; {@link FeedAudience} frees memory.
 * Used on one event loop.
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

  boolean isExceeded() {
    return held > limit;
  }

  boolean hasRoom(long bytes) {
    return held + bytes <= limit;
  }

  /**
   * @param bytes negative when they are released
   */
  void add(long bytes) {
    held += bytes;
  }
}
