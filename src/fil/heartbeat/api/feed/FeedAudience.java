package fil.heartbeat.api.feed;

import fil.heartbeat.aggregator.Node;
import fil.heartbeat.api.http.ApiException;
import fil.heartbeat.api.rest.NodeFilter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The viewers and their filters, with limits on the number of both and on their memory. When the
 * memory is used up, filters without viewers are dropped first, then viewers, beginning with the
 * slowest. A new filter closes no stream, except the page's filter, which shows all nodes.
 */
final class FeedAudience {
  private static final Logger log = LoggerFactory.getLogger(FeedAudience.class);

  /** Each viewer holds a socket. */
  static final int MAX_VIEWERS = 1000;

  /** Filters at once, besides the empty one; each stores its own pieces. */
  static final int MAX_CHANNELS = 64;

  /** How long a channel without viewers is retained, so that they may come back. */
  private static final int IDLE_TICKS = 240;

  /** The filter that shows every node; no other viewer can keep a client from it. */
  private static final String PLAIN = NodeFilter.ALL.name();

  /** Assumed bytes of a row in a snapshot until the first snapshot is made. */
  private static final long USUAL_ROW = 1024;

  /** A snapshot with fewer rows is no measure of the size of one. */
  private static final int ENOUGH_ROWS = 100;

  /** Why a viewer was refused, or its stream closed. */
  enum Refusal {
    /** There were too many viewers. */
    VIEWERS("viewers"),
    /** There were too many filters. */
    FILTERS("filters"),
    /** There was no memory for its filter. */
    MEMORY("memory"),
    /** It was the slowest viewer when the memory was used up. */
    SLOW("slow"),
    /** Its events could not be made. */
    FAILED("failed");

    private final String label;

    Refusal(String label) {
      this.label = label;
    }
  }

  /** A filter and its number of viewers. */
  static final class OpenChannel {
    private final String name;
    private final FeedChannel channel;
    private int viewers;
    private long idleSince;

    private OpenChannel(String name, FeedChannel channel) {
      this.name = name;
      this.channel = channel;
    }

    FeedChannel channel() {
      return channel;
    }
  }

  private final String run;
  private final FeedModel model;
  private final FeedBudget budget;
  private final Map<String, OpenChannel> channels = new HashMap<>();
  private final Map<FeedViewer, OpenChannel> viewers = new LinkedHashMap<>();
  private final FeedRows<FeedViewer> rows = new FeedRows<>();
  private final Map<Refusal, Long> refused = new EnumMap<>(Refusal.class);
  private long rowBytes = USUAL_ROW;

  /**
   * Channels so far. It goes into the cursor, because two channels of the same filter may have sent
   * different events.
   */
  private long opened;

  private long ticks;

  /**
   * @param run distinguishes this process from an earlier one
   */
  FeedAudience(String run, FeedModel model, FeedBudget budget) {
    this.run = run;
    this.model = model;
    this.budget = budget;
    for (Refusal each : Refusal.values()) {
      refused.put(each, 0L);
    }
  }

  /** Returns the number of viewers refused or closed so far, by reason. */
  Map<String, Long> refused() {
    Map<String, Long> words = new TreeMap<>();
    refused.forEach((reason, times) -> words.put(reason.label, times));
    return words;
  }

  FeedBudget budget() {
    return budget;
  }

  FeedRows<FeedViewer> rows() {
    return rows;
  }

  List<FeedViewer> viewers() {
    return List.copyOf(viewers.keySet());
  }

  int size() {
    return viewers.size();
  }

  /** Calls of {@link #tick()} so far. */
  long ticks() {
    return ticks;
  }

  /**
   * Returns a place for one more viewer of a filter; the caller must enter the viewer at once.
   *
   * @throws ApiException 503 when there is no place
   */
  OpenChannel admit(NodeFilter filter) {
    if (viewers.size() >= MAX_VIEWERS) {
      throw refuse(Refusal.VIEWERS, "at most " + MAX_VIEWERS + " may watch at once");
    }
    return admit(filter.name(), filter::matches);
  }

  OpenChannel admit(String name, Predicate<Node> filter) {
    OpenChannel known = channels.get(name);
    if (known == null) {
      known = new OpenChannel(name, open(name.equals(PLAIN), filter));
      channels.put(name, known);
    }
    return known;
  }

  private FeedChannel open(boolean plain, Predicate<Node> filter) {
    int others = channels.size() - (channels.containsKey(PLAIN) ? 1 : 0);
    if (!plain && others >= MAX_CHANNELS) {
      throw refuse(Refusal.FILTERS, "at most " + MAX_CHANNELS + " filters may be watched at once");
    }
    opened++;
    FeedChannel made = new FeedChannel(run + 'x' + opened, filter, model, budget);
    int nodes = made.size();
    long needed = nodes * rowBytes;
    while (!budget.hasRoom(needed) && dropIdle()) {
      log.debug("feed of a filter that nobody watches dropped");
    }
    if (plain ? needed > budget.limit() : !budget.hasRoom(needed)) {
      made.close();
      throw refuse(
          Refusal.MEMORY,
          "a filter that shows "
              + nodes
              + " nodes (expected: what fits into the memory that is left for feeds, "
              + Math.max(0, budget.limit() - budget.held()) / 1024
              + " KiB; watch fewer nodes, or all)");
    }
    return made;
  }

  private ApiException refuse(Refusal reason, String detail) {
    count(reason);
    return new ApiException(503, "Too many viewers", detail, Map.of("retry-after", "10"));
  }

  private void count(Refusal reason) {
    refused.put(reason, refused.getOrDefault(reason, 0L) + 1);
  }

  /**
   * Hands the changes to each filter. A filter that fails is dropped and its viewers' streams are
   * closed: they reconnect and start over.
   *
   * @param common events that are sent whatever a filter shows
   * @return the events to send
   */
  Map<FeedChannel, FeedEvents> take(FeedModel.Delta delta, String common) {
    Map<FeedChannel, FeedEvents> pieces = new HashMap<>();
    for (OpenChannel each : new ArrayList<>(channels.values())) {
      try {
        each.channel.take(delta, common, model).ifPresent(piece -> pieces.put(each.channel, piece));
      } catch (RuntimeException e) {
        log.warn("feed of a filter failed, its viewers start over", e);
        List.copyOf(viewers.entrySet()).stream()
            .filter(watching -> watching.getValue().equals(each))
            .forEach(watching -> end(watching.getKey(), Refusal.FAILED));
        drop(each);
      }
    }
    return pieces;
  }

  /** Adds a viewer. */
  void enter(FeedViewer viewer, OpenChannel watched) {
    viewers.put(viewer, watched);
    rows.add(viewer, viewer.rows());
    watched.viewers++;
  }

  /** Sets the rows that a viewer has in sight. */
  void watch(FeedViewer viewer, List<String> next) {
    if (viewers.containsKey(viewer)) {
      rows.remove(viewer, viewer.rows());
      viewer.rows(next);
      rows.add(viewer, next);
    }
  }

  /** Removes a viewer. */
  void leave(FeedViewer viewer) {
    OpenChannel watched = viewers.remove(viewer);
    if (watched != null) {
      rows.remove(viewer, viewer.rows());
      watched.viewers--;
      watched.idleSince = ticks;
      viewer.close();
    }
  }

  /**
   * Counts a tick and drops filters to which no viewer came back. Returns whether any filter is
   * left.
   */
  boolean tick() {
    ticks++;
    for (OpenChannel each : new ArrayList<>(channels.values())) {
      if (each.viewers == 0 && ticks - each.idleSince > IDLE_TICKS) {
        drop(each);
      }
    }
    makeRoom();
    return !channels.isEmpty();
  }

  /** Frees memory down to the limit; to be called whenever more is held than before. */
  void makeRoom() {
    for (OpenChannel each : channels.values()) {
      if (each.channel.size() >= ENOUGH_ROWS && each.channel.snapshotBytes() > 0) {
        rowBytes = Math.max(1, each.channel.snapshotBytes() / each.channel.size());
        break;
      }
    }
    while (budget.isExceeded()) {
      if (dropIdle()) {
        continue;
      }
      Optional<FeedViewer> slow =
          viewers.keySet().stream()
              // A viewer that was sent something in this tick had no time to take it.
              .filter(each -> each.held() > 0 && each.tookAt() < ticks)
              .min(
                  Comparator.comparingLong(FeedViewer::tookAt)
                      .thenComparing(Comparator.comparingLong(FeedViewer::held).reversed()));
      if (slow.isPresent()) {
        end(slow.get(), Refusal.SLOW);
        continue;
      }
      Optional<FeedViewer> dear =
          viewers.entrySet().stream()
              .max(
                  Comparator.comparing(
                          (Map.Entry<FeedViewer, OpenChannel> each) ->
                              !each.getValue().name.equals(PLAIN))
                      .thenComparingLong(each -> each.getValue().channel.bytes()))
              .map(Map.Entry::getKey);
      if (dear.isEmpty()) {
        return;
      }
      end(dear.get(), Refusal.MEMORY);
    }
  }

  private void end(FeedViewer viewer, Refusal reason) {
    count(reason);
    log.debug("feed ended reason={} held={}", reason.label, viewer.held());
    leave(viewer);
    viewer.cut();
  }

  /**
   * Drops the filter that has been without viewers for longest; returns false when all have
   * viewers.
   */
  private boolean dropIdle() {
    Optional<OpenChannel> idle =
        channels.values().stream()
            .filter(each -> each.viewers == 0)
            .min(Comparator.comparingLong(each -> each.idleSince));
    idle.ifPresent(this::drop);
    return idle.isPresent();
  }

  private void drop(OpenChannel idle) {
    channels.remove(idle.name);
    idle.channel.close();
  }

  /** Closes every stream. */
  void close() {
    viewers().forEach(FeedViewer::end);
    viewers.clear();
  }
}
