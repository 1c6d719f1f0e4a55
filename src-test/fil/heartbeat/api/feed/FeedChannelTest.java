package fil.heartbeat.api.feed;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.aggregator.Changes;
import fil.heartbeat.aggregator.Claims;
import fil.heartbeat.aggregator.Contact;
import fil.heartbeat.aggregator.Node;
import fil.heartbeat.aggregator.Warmup;
import fil.heartbeat.fleet.State;
import fil.heartbeat.testing.FleetFixtures;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FeedChannelTest {
  private static final List<String> HEAD = List.of("bafyhead");

  private final FeedModel model = new FeedModel();
  private final FeedBudget budget = new FeedBudget(Long.MAX_VALUE);
  private final FeedChannel all = new FeedChannel("run", node -> true, model, budget);

  private static Node node(String peerId, String nickname, long height) {
    return node(peerId, nickname, height, 1);
  }

  private static Node node(String peerId, String nickname, long height, long beats) {
    return FleetFixtures.node(
        peerId,
        new Claims(nickname, null, null, HEAD, height, null),
        new Contact(
            new Contact.Connection(true, null, null, null),
            new Contact.Uptime(null, ""),
            null,
            FleetFixtures.NOW,
            null,
            beats));
  }

  private static Changes changes(boolean complete, List<String> removed, Node... nodes) {
    return FleetFixtures.changes(
        FleetFixtures.NOW, 1, complete, false, Arrays.asList(nodes), removed, List.of(), 0);
  }

  private Optional<String> take(FeedChannel channel, Changes changes) {
    return channel.take(model.apply(changes), "", model).map(FeedEvents::toString);
  }

  private String beginning(FeedChannel channel) {
    return channel.beginning(model, new JsonObject().put("networks", new JsonArray())).stream()
        .map(FeedEvents::toString)
        .collect(Collectors.joining());
  }

  /** The data of the events with a name. */
  private static List<JsonObject> data(String events, String name) {
    List<JsonObject> found = new ArrayList<>();
    for (String event : events.split("\n\n", -1)) {
      if (event.contains("event: " + name + "\n")) {
        found.add(new JsonObject(event.substring(event.indexOf("data: ") + 6)));
      }
    }
    return found;
  }

  @Test
  void aDeltaContainsOnlyChanges() {
    assertThat(take(all, changes(false, List.of(), node("a", "x", 5)))).isPresent();
    String second = take(all, changes(false, List.of(), node("a", "y", 5))).orElseThrow();
    assertThat(data(second, "delta"))
        .containsExactly(
            new JsonObject()
                .put(
                    "nodes",
                    new JsonArray().add(new JsonObject().put("nickname", "y").put("peerId", "a")))
                .put("removed", new JsonArray()));
    assertThat(data(second, "head")).isEmpty();
  }

  @Test
  void aFurtherBeatIsNoChange() {
    assertThat(take(all, changes(false, List.of(), node("a", "x", 5, 1)))).isPresent();
    assertThat(take(all, changes(false, List.of(), node("a", "x", 5, 2)))).isEmpty();
  }

  @Test
  void aHeadIsSentOnceHoweverManyNodesAreOnIt() {
    String first =
        take(all, changes(false, List.of(), node("a", "x", 5), node("b", "y", 5))).orElseThrow();
    assertThat(data(first, "head"))
        .containsExactly(
            new JsonObject().put("id", 1).put("height", 5).put("cids", new JsonArray(HEAD)));
    JsonArray nodes = data(first, "delta").get(0).getJsonArray("nodes");
    assertThat(nodes).allMatch(each -> ((JsonObject) each).getInteger("head") == 1);
  }

  @Test
  void aHeadNewSinceTheSnapshotIsSentToANewStream() {
    assertThat(take(all, changes(false, List.of(), node("a", "x", 5), node("b", "y", 5))))
        .isPresent();
    assertThat(take(all, changes(false, List.of(), node("a", "x", 6), node("b", "y", 6))))
        .isPresent();
    assertThat(data(beginning(all), "snapshot").get(0).getJsonArray("heads")).hasSize(1);
    String late = take(all, changes(false, List.of(), node("b", "y", 5))).orElseThrow();
    assertThat(data(late, "head")).extracting(head -> head.getInteger("height")).containsExactly(5);
    String again = take(all, changes(false, List.of(), node("a", "x", 5))).orElseThrow();
    assertThat(data(again, "head")).isEmpty();
  }

  @Test
  void aFilterGetsTheHeadsOfItsNodes() {
    FeedChannel named =
        new FeedChannel("run", node -> "x".equals(node.claims().nickname()), model, budget);
    assertThat(take(named, changes(false, List.of(), node("a", "y", 5)))).isEmpty();
    String entered = take(named, changes(false, List.of(), node("a", "x", 5))).orElseThrow();
    assertThat(data(entered, "head")).hasSize(1);
  }

  @Test
  void headsNoLongerUsedAreDroppedAndSentAgainLater() {
    for (int i = 1; i <= 600; i++) {
      assertThat(take(all, changes(false, List.of(), node("a", "x", i)))).isPresent();
    }
    String first = take(all, changes(false, List.of(), node("a", "x", 1))).orElseThrow();
    assertThat(data(first, "head")).hasSize(1);
  }

  @Test
  void commonEventsAreSentToEachFilter() {
    FeedChannel none = new FeedChannel("run", node -> false, model, budget);
    String common =
        FeedEvents.text(FeedEvents.Kind.CONSENSUS, new JsonObject().put("networks", 1), null);
    assertThat(none.take(model.apply(changes(false, List.of())), common, model))
        .get()
        .asString()
        .contains("event: consensus\n", "id: run.1\nevent: delta\n");
  }

  @Test
  void manyNewStreamsAtOnceShareOneSnapshot() {
    assertThat(take(all, changes(false, List.of(), node("a", "x", 1)))).isPresent();
    List<FeedEvents> first = all.beginning(model, new JsonObject());
    assertThat(take(all, changes(false, List.of(), node("a", "x", 2)))).isPresent();
    List<FeedEvents> second = all.beginning(model, new JsonObject());
    assertThat(second).hasSize(2);
    assertThat(second.get(0)).isSameAs(first.get(0));
    // No event inside a beginning has a cursor.
    assertThat(second).noneMatch(part -> part.toString().contains("id: "));
    assertThat(second.get(1).toString()).contains("event: delta\n");
    for (int i = 3; i <= FeedChannel.MAX_PIECES_BEHIND_SNAPSHOT + 2; i++) {
      assertThat(take(all, changes(false, List.of(), node("a", "x", i)))).isPresent();
    }
    assertThat(all.beginning(model, new JsonObject())).hasSize(1).doesNotContain(first.get(0));
  }

  @Test
  void aNodeThatLeavesTheFilterIsRemovedFromIt() {
    FeedChannel named =
        new FeedChannel("run", node -> "x".equals(node.claims().nickname()), model, budget);
    assertThat(take(named, changes(false, List.of(), node("a", "x", 5)))).isPresent();
    String gone = take(named, changes(false, List.of(), node("a", "y", 5))).orElseThrow();
    assertThat(data(gone, "delta").get(0).getJsonArray("removed")).containsExactly("a");
    String back = take(named, changes(false, List.of(), node("a", "x", 6))).orElseThrow();
    assertThat(data(back, "delta").get(0).getJsonArray("nodes").getJsonObject(0).fieldNames())
        .contains("state", "nickname", "height");
  }

  @Test
  void aNodeMissingFromACompleteAnswerIsRemoved() {
    assertThat(take(all, changes(false, List.of(), node("a", "x", 5), node("b", "y", 5))))
        .isPresent();
    String removed = take(all, changes(false, List.of("a", "stranger"))).orElseThrow();
    assertThat(data(removed, "delta").get(0).getJsonArray("removed")).containsExactly("a");
    String anew = take(all, changes(true, List.of(), node("c", "z", 5))).orElseThrow();
    assertThat(data(anew, "delta").get(0).getJsonArray("removed")).containsExactly("b");
  }

  @Test
  void aSnapshotComesInChunksAndNamesItsHeads() {
    Node[] many =
        IntStream.range(0, FeedChannel.CHUNK + 1)
            .mapToObj(i -> node("p" + i, "n", 7))
            .toArray(Node[]::new);
    assertThat(take(all, changes(true, List.of(), many))).isPresent();
    String text = beginning(all);
    List<JsonObject> chunks = data(text, "snapshot");
    assertThat(chunks)
        .extracting(chunk -> chunk.getJsonArray("nodes").size())
        .containsExactly(500, 1);
    assertThat(chunks).extracting(chunk -> chunk.getBoolean("more")).containsExactly(true, false);
    assertThat(chunks)
        .extracting(chunk -> chunk.getJsonArray("heads").size())
        .containsExactly(1, 0);
    assertThat(text).doesNotContain("id: ").endsWith("\n\n");
  }

  @Test
  void anEmptyFleetHasASnapshot() {
    String text = beginning(all);
    assertThat(data(text, "snapshot")).hasSize(1);
    assertThat(data(text, "consensus")).hasSize(1);
  }

  @Test
  void aResumedStreamGetsTheMissedEvents() {
    for (int i = 1; i <= 5; i++) {
      assertThat(take(all, changes(false, List.of(), node("a", "x", i)))).isPresent();
    }
    assertThat(all.since("run.5").orElseThrow()).isEmpty();
    assertThat(all.since("run.3").orElseThrow())
        .extracting(FeedEvents::toString)
        .satisfiesExactly(
            four -> assertThat(four).contains("id: run.4\n"),
            five -> assertThat(five).contains("id: run.5\n"));
    assertThat(all.since("run.0").orElseThrow()).hasSize(5);
  }

  @Test
  void aViewerThatMissedMoreThanASnapshotGetsASnapshot() {
    Node[] many =
        IntStream.range(0, 1000).mapToObj(i -> node("p" + i, "n", 1)).toArray(Node[]::new);
    assertThat(take(all, changes(true, List.of(), many))).isPresent();
    assertThat(all.beginning(model, new JsonObject())).hasSize(1);
    for (int i = 2; i <= 20; i++) {
      long height = i;
      Node[] moved =
          IntStream.range(0, 1000).mapToObj(n -> node("p" + n, "n", height)).toArray(Node[]::new);
      assertThat(take(all, changes(false, List.of(), moved))).isPresent();
    }
    assertThat(all.fewSince(19).orElseThrow())
        .singleElement()
        .asString()
        .contains("id: run.20\nevent: delta");
    assertThat(all.fewSince(1)).isEmpty();
  }

  @Test
  void anOldOrInvalidCursorLeadsToANewBeginning() {
    for (int i = 1; i <= FeedChannel.MAX_PIECES + 1; i++) {
      assertThat(take(all, changes(false, List.of(), node("a", "x", i)))).isPresent();
    }
    assertThat(all.since("run.1")).isPresent();
    for (@Nullable String id :
        new @Nullable String[] {"run.0", "run.999999", "old.5", "run.", "run.x", "", null}) {
      assertThat(all.since(id)).as("%s", id).isEmpty();
    }
  }

  @Test
  void aClockIsACommentForProxiesAndTheTimeForThePage() {
    FeedStory story = new FeedStory(model, InstantSource.fixed(FleetFixtures.NOW), () -> true);
    assertThat(take(all, changes(false, List.of(), node("a", "x", 1)))).isPresent();
    assertThat(story.clock(all))
        .hasToString(
            ": alive\n\nevent: clock\ndata: {\"now\":\"2026-01-02T03:04:05.000Z\","
                + "\"cursor\":\"run.1\",\"nodes\":1,\"alerts\":null}\n\n");
  }

  @Test
  void duringWarmUpAClockHoldsTheStatesBefore() {
    FeedStory story = new FeedStory(model, InstantSource.fixed(FleetFixtures.NOW), () -> true);
    Optional<Warmup> warmup =
        Optional.of(new Warmup(Duration.ofSeconds(14), Map.of(State.FORKED, 2)));
    assertThat(story.warms(warmup)).isTrue();
    assertThat(story.warms(warmup)).isFalse();
    String starting =
        "\"starting\":{\"judgesAt\":\"2026-01-02T03:04:19.000Z\",\"before\":{\"forked\":2}}";
    assertThat(story.clock(all).toString()).contains(starting);
    assertThat(FeedTape.text(story.beginning(all))).contains(starting);
    assertThat(story.warms(Optional.empty())).isTrue();
    assertThat(story.clock(all).toString()).doesNotContain("starting");
  }

  /** After alerts are turned off their number is unknown, which is not the same as none. */
  @Test
  void aClockSaysThatAlertsAreOff() {
    boolean[] raised = {true};
    FeedStory story = new FeedStory(model, InstantSource.fixed(FleetFixtures.NOW), () -> raised[0]);
    assertThat(story.alerts(List.of())).isEmpty();
    assertThat(story.clock(all).toString()).contains("\"firing\":0").doesNotContain("alertsOff");
    raised[0] = false;
    assertThat(story.clock(all).toString()).contains("\"alerts\":null,\"alertsOff\":true}");
    assertThat(FeedTape.text(story.beginning(all)))
        .contains("\"alerts\":null,\"alertsOff\":true,\"whole\":true}");
  }

  @Test
  void countsAreOfTheViewersFilter() {
    FeedStory story = new FeedStory(model, InstantSource.fixed(FleetFixtures.NOW), () -> true);
    FeedChannel named =
        new FeedChannel("other", node -> "x".equals(node.claims().nickname()), model, budget);
    Changes two = changes(false, List.of(), node("a", "x", 1), node("b", "y", 1));
    FeedModel.Delta delta = model.apply(two);
    assertThat(all.take(delta, "", model)).isPresent();
    assertThat(named.take(delta, "", model)).isPresent();
    assertThat(story.clock(all).toString()).contains("\"cursor\":\"run.1\",\"nodes\":2,");
    assertThat(story.clock(named).toString()).contains("\"cursor\":\"other.1\",\"nodes\":1,");
  }

  @Test
  void aPieceIsCompressedOnceForAllViewers() {
    assertThat(take(all, changes(false, List.of(), node("a", "x", 1)))).isPresent();
    FeedEvents piece = all.beginning(model, new JsonObject()).get(0);
    assertThat(piece.bytes(true)).isSameAs(piece.bytes(true));
    assertThat(all.beginning(model, new JsonObject()).get(0)).isSameAs(piece);
  }

  @Test
  void compressedPiecesCanFollowAnyOthers() throws IOException {
    List<FeedEvents> pieces = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      pieces.add(
          FeedEvents.of(
              FeedEvents.Kind.DELTA,
              new JsonObject().put("n", i).put("x", "abc".repeat(i * 3000))));
    }
    for (int first = 0; first < pieces.size(); first++) {
      ByteArrayOutputStream stream = new ByteArrayOutputStream();
      stream.writeBytes(FeedEvents.GZIP_HEADER.getBytes());
      StringBuilder expected = new StringBuilder();
      for (FeedEvents piece : pieces.subList(first, pieces.size())) {
        stream.writeBytes(piece.bytes(true).getBytes());
        expected.append(piece);
      }
      try (GZIPInputStream in =
          new GZIPInputStream(new ByteArrayInputStream(stream.toByteArray()))) {
        byte[] plain = in.readNBytes(expected.length());
        assertThat(new String(plain, java.nio.charset.StandardCharsets.UTF_8))
            .isEqualTo(expected.toString());
      }
    }
  }
}
