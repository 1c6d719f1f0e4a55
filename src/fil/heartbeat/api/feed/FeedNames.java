package fil.heartbeat.api.feed;

import fil.heartbeat.api.http.ApiException;
import fil.heartbeat.api.http.Parameters;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Viewers by the names that they gave themselves, so that each can change the rows it has in sight
 * while its stream goes on. A name belongs to the last stream opened with it, and to the caller
 * that opened it.
 */
final class FeedNames {
  /** 128 bits, so that a name cannot be guessed. */
  private static final Pattern NAME = Pattern.compile("[0-9a-f]{32}");

  /** A page changes its rows three times a second at most. */
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
   * Returns the name in a query.
   *
   * @throws ApiException when the value is not a name
   */
  static Optional<String> in(Parameters query) {
    Optional<String> name = query.text("viewer");
    if (name.isPresent() && !NAME.matcher(name.get()).matches()) {
      throw query.bad("viewer", "32 hexadecimal digits, lower case");
    }
    return name;
  }

  /**
   * Adds a viewer under its name.
   *
   * @param caller key of its token or session; empty without one
   */
  void enter(String name, FeedViewer viewer, String caller) {
    named.put(name, new Named(viewer, caller));
  }

  /** Removes a viewer. Its name may belong to another viewer by now. */
  void leave(FeedViewer viewer) {
    named.values().removeIf(each -> each.viewer == viewer);
  }

  /**
   * Returns the viewer with a name.
   *
   * @param second now, in seconds of any clock
   * @throws ApiException 404 when this caller has no such viewer, 429 when it asks too often
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
