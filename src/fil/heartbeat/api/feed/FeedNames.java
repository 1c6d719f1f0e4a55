package fil.heartbeat.api.feed;

import fil.heartbeat.api.http.ApiException;
import fil.heartbeat.api.http.Parameters;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Viewers by the names that they gave themselves, so that each can say which rows it has in sight
 * while its stream goes on. A name is of whoever opened the stream with it, and of the last one.
 */
final class FeedNames {
  /** 128 bits, so that nobody guesses one. */
  private static final Pattern NAME = Pattern.compile("[0-9a-f]{32}");

  /** A page says so three times a second at most. */
  static final int MAX_A_SECOND = 10;

  private static final class Named {
    private final FeedViewer viewer;
    private final String caller;
    private long second;
    private int times;

    private Named(FeedViewer viewer, String caller) {
      this.viewer = viewer;
      this.caller = caller;
    }
  }

  private final Map<String, Named> named = new HashMap<>();

  /**
   * The name in a query.
   *
   * @throws ApiException when it is none
   */
  static Optional<String> in(Parameters query) {
    Optional<String> name = query.text("viewer");
    if (name.isPresent() && !NAME.matcher(name.get()).matches()) {
      throw query.bad("viewer", "32 hexadecimal digits, lower case");
    }
    return name;
  }

  /**
   * Somebody begins to watch.
   *
   * @param caller key of its token or session; empty without one
   */
  void enter(String name, FeedViewer viewer, String caller) {
    named.put(name, new Named(viewer, caller));
  }

  /** Somebody watches no more. Its name may be another's by now. */
  void leave(FeedViewer viewer) {
    named.values().removeIf(each -> each.viewer == viewer);
  }

  /**
   * Who has a name.
   *
   * @param second now, in seconds of any clock
   * @throws ApiException 404 when none of this caller has, 429 when it asks too often
   */
  FeedViewer find(String name, String caller, long second) {
    Named found = named.get(name);
    if (found == null || !found.caller.equals(caller)) {
      throw new ApiException(
          404, "Not found", "viewer: " + name + " (expected: that of an open stream of events)");
    }
    if (found.second != second) {
      found.second = second;
      found.times = 0;
    }
    found.times++;
    if (found.times > MAX_A_SECOND) {
      throw new ApiException(
          429,
          "Too many requests",
          "rows (expected: at most " + MAX_A_SECOND + " times a second)",
          Map.of("retry-after", "1"));
    }
    return found.viewer;
  }
}
