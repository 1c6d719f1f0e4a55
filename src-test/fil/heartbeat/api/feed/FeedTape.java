package fil.heartbeat.api.feed;

import fil.heartbeat.aggregator.Claims;
import fil.heartbeat.aggregator.Contact;
import fil.heartbeat.aggregator.Node;
import fil.heartbeat.alert.model.Acknowledgement;
import fil.heartbeat.alert.model.Alert;
import fil.heartbeat.alert.model.AlertRule;
import fil.heartbeat.alert.model.AlertStatus;
import fil.heartbeat.alert.model.Severity;
import fil.heartbeat.testing.FakeAlerts;
import fil.heartbeat.testing.FleetFixtures;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A fleet that changes at random from a seed, and the events of one viewer that is never cut. */
public final class FeedTape {
  private final Random random;
  private final FeedModel model = new FeedModel();
  private final FeedBudget budget = new FeedBudget(Long.MAX_VALUE);
  private final FeedStory story =
      new FeedStory(model, InstantSource.fixed(FleetFixtures.NOW), () -> true);
  private final FeedChannel channel = new FeedChannel("run_1", FeedTape::isIn, model, budget);
  private final List<FeedEvents> told = new ArrayList<>();
  private final Map<String, Alert> alerts = new TreeMap<>();
  private long version;

  FeedTape(long seed, int steps) {
    random = new Random(seed);
    for (int i = 0; i < 4; i++) {
      change();
      alert();
    }
    told.clear();
    // Another stream began shortly before.
    List<FeedEvents> unused = story.beginning(channel);
    for (int i = 0; i < 3; i++) {
      change();
      alert();
    }
    told.clear();
    told.addAll(story.beginning(channel));
    go(steps);
  }

  private static boolean isIn(Node node) {
    return !"hidden".equals(node.claims().nickname());
  }

  /** Lets time pass. */
  void go(int steps) {
    for (int i = 0; i < steps; i++) {
      switch (random.nextInt(12)) {
        case 0, 1, 2, 3, 4 -> change();
        case 5, 6, 7, 8 -> alert();
        case 9 -> told.add(story.clock(channel));
        // As for a viewer that was slow for a moment.
        case 10 -> told.addAll(story.catchUp(channel, channel.number()));
        default -> told.addAll(story.beginning(channel));
      }
    }
  }

  private void change() {
    version++;
    String peerId = "peer-" + random.nextInt(5);
    boolean gone = random.nextInt(4) == 0;
    Claims claims =
        new Claims(
            random.nextInt(4) == 0 ? "hidden" : "name-" + random.nextInt(3),
            null,
            null,
            List.of("bafy" + random.nextInt(3)),
            100L + random.nextInt(3),
            null);
    FeedModel.Delta delta =
        model.apply(
            FleetFixtures.changes(
                FleetFixtures.NOW,
                version,
                false,
                false,
                gone ? List.of() : List.of(FleetFixtures.node(peerId, claims, Contact.NEVER)),
                gone ? List.of(peerId) : List.of(),
                List.of(),
                0));
    String news = "";
    if (random.nextInt(3) == 0) {
      JsonObject networks =
          new JsonObject().put("networks", new JsonArray().add(random.nextInt(100)));
      news = story.news(networks);
      story.networks(networks);
    }
    if (!delta.isEmpty() || !news.isEmpty()) {
      channel.take(delta, news, model).ifPresent(told::add);
    }
  }

  private void alert() {
    String id = "alert-" + random.nextInt(5);
    Alert before = alerts.get(id);
    Alert firing = FakeAlerts.firing(id, AlertRule.NODE_FORKED, Severity.CRITICAL, "peer-1");
    switch (random.nextInt(5)) {
      case 0 -> alerts.remove(id);
      case 1 -> {
        if (before != null) {
          alerts.put(id, FakeAlerts.with(firing, AlertStatus.RESOLVED, null));
        }
      }
      case 2 -> alerts.put(id, FakeAlerts.with(firing, AlertStatus.PENDING, null));
      case 3 ->
          alerts.put(
              id,
              FakeAlerts.with(
                  firing,
                  AlertStatus.ACKNOWLEDGED,
                  new Acknowledgement("ann", FakeAlerts.NOW, "")));
      default -> alerts.put(id, firing);
    }
    String news = story.alerts(List.copyOf(alerts.values()));
    if (!news.isEmpty()) {
      channel.take(FeedModel.Delta.NONE, news, model).ifPresent(told::add);
    }
  }

  /** The events of the viewer so far. */
  List<FeedEvents> told() {
    return List.copyOf(told);
  }

  /** The events for a client that comes now with a cursor. */
  List<FeedEvents> comes(@Nullable String cursor) {
    return story.resume(channel, cursor).orElseGet(() -> story.beginning(channel));
  }

  Optional<List<FeedEvents>> resume(@Nullable String cursor) {
    return story.resume(channel, cursor);
  }

  /** The events for such a client after the channel was dropped and opened again. */
  List<FeedEvents> comesToAnother(@Nullable String cursor) {
    FeedChannel next = new FeedChannel("run_2", FeedTape::isIn, model, budget);
    return story.resume(next, cursor).orElseGet(() -> story.beginning(next));
  }

  /** Each node and alert as the server knows it. */
  JsonObject truth() {
    JsonObject nodes = new JsonObject();
    model.rows().stream()
        .filter(row -> isIn(row.node()))
        .forEach(row -> nodes.put(row.node().peerId(), row.node().claims().nickname()));
    JsonObject statuses = new JsonObject();
    alerts.values().stream()
        .filter(alert -> alert.status() != AlertStatus.RESOLVED)
        .forEach(alert -> statuses.put(alert.id(), alert.status().label()));
    return new JsonObject().put("nodes", nodes).put("alerts", statuses);
  }

  /**
   * For the page's own model: the whole stream, and the events for a client that comes back at the
   * end with each of its cursors; under the empty one, for a client without a cursor.
   */
  public static JsonObject of(long seed) {
    FeedTape tape = new FeedTape(seed, 60);
    String stream = text(tape.told());
    JsonObject comes = new JsonObject().put("", text(tape.comes(null)));
    stream
        .lines()
        .filter(line -> line.startsWith("id: "))
        .map(line -> line.substring("id: ".length()))
        .forEach(cursor -> comes.put(cursor, text(tape.comes(cursor))));
    return new JsonObject().put("seed", seed).put("stream", stream).put("comes", comes);
  }

  static String text(List<FeedEvents> events) {
    StringBuilder text = new StringBuilder();
    events.forEach(text::append);
    return text.toString();
  }
}
