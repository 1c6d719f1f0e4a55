package fil.heartbeat.api.feed;

import fil.heartbeat.aggregator.Node;
import fil.heartbeat.api.http.ApiException;
import fil.heartbeat.api.rest.NodeQuery;
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
 * Who watches, and with which filters: how many of both there may be and what they may take. When
 * the memory for them is used up, filters that nobody watches go first, then viewers, the one that
 * reads slowest before all. A new filter ends nobody, but that of the page, which shows all nodes.
 */
final class FeedAudience {
  private static final Logger log = LoggerFactory.getLogger(FeedAudience.class);

  /** Each holds a socket. */
  static final int MAX_VIEWERS = 1000;

  /** Filters at once, besides none; each keeps its pieces. */
  static final int MAX_CHANNELS = 64;

  /** How long a channel without viewers is kept, so that they may come back. */
  private static final int IDLE_TICKS = 240;

  /** Of the filter that shows every node; nobody can keep others from that. */
  private static final String PLAIN = name(NodeQuery.ALL);

  /** What a row of a snapshot takes until one was made. */
  private static final long USUAL_ROW = 1024;

  /** With fewer rows a snapshot says nothing of the size of one. */
  private static final int ENOUGH_ROWS = 100;

  /** Why somebody does not watch, or no more. */
  enum Refusal {
    /** There were too many. */
    VIEWERS("viewers"),
    /** There were too many filters. */
    FILTERS("filters"),
    /** There was no memory for its filter. */
    MEMORY("memory"),
    /** It was the slowest when the memory was used up. */
    SLOW("slow"),
    /** What it watches could not be told. */
    FAILED("failed");

    private final String label;

    Refusal(String label) {
      this.label = label;
    }
  }

  /** A filter and who watches with it. */
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

  /** Channels so far: what one told says nothing of what another did, with the same filter too. */
  private long opened;

  private long ticks;

  /**
   * @param run what tells this process from an earlier one
   */
  FeedAudience(String run, FeedModel model, FeedBudget budget) {
    this.run = run;
    this.model = model;
    this.budget = budget;
    for (Refusal each : Refusal.values()) {
      refused.put(each, 0L);
    }
  }

  private static String name(NodeQuery filter) {
    return filter.text() + '\n' + String.join(",", filter.states());
  }

  /** How many were refused or ended so far, by reason. */
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

  /** Turns of {@link #tick()} so far. */
  long ticks() {
    return ticks;
  }

  /**
   * A place for one more with a filter; to be entered at once.
   *
   * @throws ApiException 503 when there is none
   */
  OpenChannel admit(NodeQuery filter) {
    if (viewers.size() >= MAX_VIEWERS) {
      throw refuse(Refusal.VIEWERS, "at most " + MAX_VIEWERS + " may watch at once");
    }
    return admit(name(filter), filter::matches);
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
   * Each filter takes what changed. One that fails is dropped, and who watches with it ended: they
   * come back and begin anew.
   *
   * @param common events that are told whatever a filter shows
   * @return what to tell
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

  /** Somebody begins to watch. */
  void enter(FeedViewer viewer, OpenChannel watched) {
    viewers.put(viewer, watched);
    rows.add(viewer, viewer.rows());
    watched.viewers++;
  }

  /** Somebody has other rows in sight. */
  void watch(FeedViewer viewer, List<String> next) {
    if (viewers.containsKey(viewer)) {
      rows.remove(viewer, viewer.rows());
      viewer.rows(next);
      rows.add(viewer, next);
    }
  }

  /** Somebody watches no more. */
  void leave(FeedViewer viewer) {
    OpenChannel watched = viewers.remove(viewer);
    if (watched != null) {
      rows.remove(viewer, viewer.rows());
      watched.viewers--;
      watched.idleSince = ticks;
      viewer.close();
    }
  }

  /** A moment later: filters that nobody came back to are dropped. Answers whether any is left. */
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

  /** To be called when more is held than before. */
  void makeRoom() {
    for (OpenChannel each : channels.values()) {
      if (each.channel.size() >= ENOUGH_ROWS && each.channel.snapshotBytes() > 0) {
        rowBytes = Math.max(1, each.channel.snapshotBytes() / each.channel.size());
        break;
      }
    }
    while (budget.isOver()) {
      if (dropIdle()) {
        continue;
      }
      Optional<FeedViewer> slow =
          viewers.keySet().stream()
              // Who was told something a moment ago had no time to take it.
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

  /** Drops the filter that nobody watched for longest; false when all are watched. */
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

  /** Ends every stream. */
  void close() {
    viewers().forEach(FeedViewer::end);
    viewers.clear();
  }
}
