package fil.heartbeat.api.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fil.heartbeat.aggregator.Node;
import fil.heartbeat.api.http.ApiException;
import fil.heartbeat.api.rest.NodeFilter;
import fil.heartbeat.fleet.State;
import fil.heartbeat.testing.FleetFixtures;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Any number of viewers and filters stay within the memory limit. */
class FeedAudienceTest {
  private static final int NODES = 2_000;

  /** An eighth of 512 MiB is for 10 000 nodes. */
  private static final long BUDGET = (64L << 20) * NODES / 10_000;

  private static final JsonObject CONSENSUS = new JsonObject();

  private final FeedModel model = new FeedModel();
  private final FeedBudget budget = new FeedBudget(BUDGET);
  private final FeedAudience audience = new FeedAudience("run", model, budget);
  private final Map<FeedViewer, SlowReader> readers = new HashMap<>();
  private long version;

  private FeedModel.Delta change(int nodes) {
    version++;
    List<Node> changed =
        IntStream.range(0, nodes)
            .mapToObj(i -> FleetFixtures.node("peer-" + i, "name-" + version + "-" + i, version))
            .toList();
    return model.apply(
        FleetFixtures.changes(
            FleetFixtures.NOW, version, false, false, changed, List.of(), List.of(), 0));
  }

  /** Sends a change as the feed does. */
  private void tell(int nodes) {
    FeedModel.Delta delta = change(nodes);
    Map<FeedChannel, FeedEvents> pieces = audience.take(delta, "");
    for (FeedViewer viewer : audience.viewers()) {
      FeedChannel channel = viewer.channel();
      FeedEvents piece = pieces.get(channel);
      if (piece != null) {
        boolean ignored =
            viewer.offer(
                piece,
                seen ->
                    channel.fewSince(seen).orElseGet(() -> channel.beginning(model, CONSENSUS)));
      }
    }
    audience.makeRoom();
  }

  private static NodeFilter filter(String text, Set<String> states) {
    return new NodeFilter(text, states, Set.of(), Set.of(), null, Set.of());
  }

  /** Different filters, each of which shows all nodes. */
  private static List<NodeFilter> filters() {
    String own = FleetFixtures.node("a", "a", 1L).state().label();
    List<NodeFilter> filters = new ArrayList<>();
    for (String text : List.of("p", "pe", "pee", "peer", "peer-", "e", "ee", "er")) {
      for (String more : State.labels()) {
        filters.add(filter(text, new TreeSet<>(List.of(own, more))));
      }
      filters.add(filter(text, Set.of()));
    }
    return filters;
  }

  private FeedViewer watch(NodeFilter filter, boolean gzip) {
    return watch(audience.admit(filter), gzip);
  }

  private FeedViewer watch(FeedAudience.OpenChannel watched, boolean gzip) {
    SlowReader reader = new SlowReader();
    FeedViewer viewer =
        new FeedViewer(
            reader.response(),
            gzip,
            List.of(),
            watched.channel(),
            () -> true,
            budget,
            audience::ticks);
    readers.put(viewer, reader);
    audience.enter(viewer, watched);
    viewer.begin(watched.channel().beginning(model, CONSENSUS));
    audience.makeRoom();
    return viewer;
  }

  private SlowReader reader(FeedViewer viewer) {
    return Optional.ofNullable(readers.get(viewer)).orElseThrow();
  }

  private void readAll(FeedViewer viewer) {
    reader(viewer).forget();
    while (viewer.held() > 0) {
      reader(viewer).reads();
    }
  }

  @Test
  void filtersStayWithinTheMemoryLimit() {
    FeedModel.Delta unused = change(NODES);
    List<FeedViewer> in = new ArrayList<>();
    for (NodeFilter filter : filters()) {
      try {
        FeedViewer viewer = watch(filter, in.size() % 2 == 0);
        in.add(viewer);
        readAll(viewer);
      } catch (ApiException e) {
        assertThat(e.status()).isEqualTo(503);
        assertThat(e.headers()).containsEntry("retry-after", "10");
        assertThat(e).hasMessageContaining("a filter that shows 2000 nodes (expected: ");
      }
      assertThat(budget.held()).isLessThanOrEqualTo(BUDGET);
    }
    assertThat(in).hasSizeBetween(2, 40);
    assertThat(audience.refused()).containsEntry("slow", 0L).containsEntry("filters", 0L);
    assertThat(audience.refused().get("memory")).isPositive();
    // The page always gets a stream, and open streams get the changes.
    FeedViewer plain = watch(NodeFilter.ALL, false);
    assertThat(audience.viewers()).contains(plain);
    readAll(plain);
    for (int i = 0; i < 30; i++) {
      tell(NODES / 10);
      audience.viewers().forEach(this::readAll);
      assertThat(budget.held()).isLessThanOrEqualTo(BUDGET);
    }
    assertThat(audience.viewers()).contains(plain);
    assertThat(reader(plain).told()).contains("\"name-" + version + "-0\"");
  }

  @Test
  void viewersThatDoNotReadAreClosedFirst() {
    FeedModel.Delta unused = change(NODES);
    FeedViewer quick = watch(NodeFilter.ALL, false);
    readAll(quick);
    List<FeedViewer> slow = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      slow.add(watch(NodeFilter.ALL, i % 2 == 0));
      boolean watched = audience.tick();
      assertThat(watched).isTrue();
      // More bytes than are retained: the next new stream needs a snapshot of its own.
      for (int j = 0; j < 3; j++) {
        tell(NODES / 2);
        readAll(quick);
      }
      assertThat(budget.held()).isLessThanOrEqualTo(BUDGET);
    }
    assertThat(audience.viewers()).contains(quick).hasSizeLessThan(200);
    assertThat(reader(quick).isCut()).isFalse();
    assertThat(reader(slow.get(0)).isCut()).isTrue();
    assertThat(reader(slow.get(199)).isCut()).isFalse();
    assertThat(audience.refused().get("slow")).isPositive();
    assertThat(audience.refused()).containsEntry("memory", 0L);
  }

  @Test
  void allHeldBytesAreReleased() {
    FeedModel.Delta unused = change(1_000);
    for (int i = 0; i < 10; i++) {
      FeedViewer ignored = watch(filters().get(i), i % 2 == 0);
      tell(500);
    }
    assertThat(budget.held()).isPositive();
    audience.viewers().forEach(audience::leave);
    while (audience.tick()) {
      assertThat(audience.size()).isZero();
    }
    assertThat(budget.held()).isZero();
  }

  @Test
  void thePageKeepsItsFilterWhenAllOthersAreTaken() {
    for (int i = 0; i < FeedAudience.MAX_CHANNELS; i++) {
      FeedViewer ignored = watch(filter("x" + i, Set.of()), false);
    }
    assertThatThrownBy(() -> watch(filter("y", Set.of()), false)).isInstanceOf(ApiException.class);
    FeedViewer plain = watch(NodeFilter.ALL, false);
    assertThat(audience.viewers()).contains(plain);
    assertThat(audience.refused()).containsEntry("filters", 1L);
  }

  /** A filter that is opened again counts from the start, and each filter counts for itself. */
  @Test
  void aCursorBelongsToOneOpeningOfOneFilter() {
    FeedModel.Delta unused = change(10);
    FeedViewer first = watch(NodeFilter.ALL, false);
    FeedViewer other = watch(filter("peer", Set.of()), false);
    for (int i = 0; i < 5; i++) {
      tell(10);
    }
    String cursor = first.channel().cursor();
    assertThat(first.channel().since(cursor)).isPresent();
    assertThat(other.channel().since(cursor)).isEmpty();
    audience.leave(first);
    audience.leave(other);
    while (audience.tick()) {
      assertThat(audience.size()).isZero();
    }
    FeedViewer again = watch(NodeFilter.ALL, false);
    for (int i = 0; i < 8; i++) {
      tell(10);
    }
    assertThat(again.channel().since(cursor)).isEmpty();
  }

  /** Each filter has a channel of its own, whatever its values look like. */
  @Test
  void filtersAreDistinguishedByEachOfTheirParts() {
    Set<String> a = Set.of("a");
    List<NodeFilter> filters =
        List.of(
            NodeFilter.ALL,
            new NodeFilter("a", Set.of(), Set.of(), Set.of(), null, Set.of()),
            new NodeFilter("", a, Set.of(), Set.of(), null, Set.of()),
            new NodeFilter("", Set.of(), a, Set.of(), null, Set.of()),
            new NodeFilter("", Set.of(), Set.of(), a, null, Set.of()),
            new NodeFilter("", Set.of(), Set.of(), Set.of(), true, Set.of()),
            new NodeFilter("", Set.of(), Set.of(), Set.of(), false, Set.of()),
            new NodeFilter("", Set.of(), Set.of(), Set.of(), null, a),
            new NodeFilter("", Set.of(), Set.of("a", "b"), Set.of(), null, Set.of()),
            new NodeFilter("", Set.of(), Set.of("a,b"), Set.of(), null, Set.of()),
            new NodeFilter("a\n", a, Set.of(), Set.of(), null, Set.of()));
    assertThat(filters.stream().map(NodeFilter::name)).doesNotHaveDuplicates();
    assertThat(filters.stream().map(each -> audience.admit(each).channel()))
        .doesNotHaveDuplicates();
  }

  @Test
  void aFilterThatThrowsClosesOnlyItsOwnViewers() {
    FeedModel.Delta unused = change(10);
    boolean[] fails = {false};
    FeedViewer bad =
        watch(
            audience.admit(
                "bad",
                node -> {
                  if (fails[0]) {
                    throw new IllegalStateException("no");
                  }
                  return true;
                }),
            false);
    FeedViewer good = watch(NodeFilter.ALL, false);
    String first = lastId(bad);
    fails[0] = true;
    tell(10);
    assertThat(audience.viewers()).containsExactly(good);
    assertThat(audience.refused()).containsEntry("failed", 1L);
    readAll(good);
    assertThat(reader(good).told()).contains("\"name-" + version + "-9\"");
    // A cursor of the dropped channel leads to a new beginning.
    fails[0] = false;
    FeedAudience.OpenChannel again = audience.admit("bad", node -> true);
    assertThat(again.channel().since(first)).isEmpty();
    tell(10);
    assertThat(again.channel().since(first)).isEmpty();
  }

  private String lastId(FeedViewer viewer) {
    reader(viewer).forget();
    tell(1);
    while (viewer.held() > 0) {
      reader(viewer).reads();
    }
    Matcher id = Pattern.compile("id: (\\S+)").matcher(reader(viewer).told());
    assertThat(id.find()).isTrue();
    return id.group(1);
  }
}
