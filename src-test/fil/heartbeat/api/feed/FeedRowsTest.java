package fil.heartbeat.api.feed;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.aggregator.Claims;
import fil.heartbeat.aggregator.Contact;
import fil.heartbeat.aggregator.Node;
import fil.heartbeat.testing.FleetFixtures;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FeedRowsTest {
  private final FeedRows<String> rows = new FeedRows<>();

  private static Node node(String peerId, long beats) {
    return FleetFixtures.node(
        peerId,
        new Claims(null, null, null, List.of(), 1L, null),
        new Contact(
            new Contact.Connection(true, null, null, null),
            new Contact.Uptime(null, ""),
            null,
            FleetFixtures.NOW,
            null,
            beats));
  }

  private List<String> told(Node... nodes) {
    List<String> all = new ArrayList<>();
    for (FeedRows.RowEvent<String> each : rows.take(List.of(nodes))) {
      each.viewers().forEach(viewer -> all.add(viewer + " " + each.piece()));
    }
    return all;
  }

  @Test
  void aNewViewerGetsEveryRowAndThenThoseThatBeat() {
    rows.add("v", List.of("a", "b"));
    assertThat(rows.turn()).containsExactly("a", "b");
    assertThat(told(node("a", 1), node("b", 1)))
        .singleElement()
        .asString()
        .contains("event: rows\n", "\"peerId\":\"a\"", "\"peerId\":\"b\"");
    assertThat(told(node("a", 1), node("b", 1))).isEmpty();
    assertThat(told(node("a", 1), node("b", 2)))
        .singleElement()
        .asString()
        .contains("\"peerId\":\"b\",\"lastBeat\":\"2026-01-02T03:04:05.000Z\",\"beats\":2")
        .doesNotContain("\"a\"");
  }

  @Test
  void viewersOfTheSameRowsShareOnePiece() {
    rows.add("v", List.of("a"));
    rows.add("w", List.of("a"));
    assertThat(rows.take(List.of(node("a", 1))))
        .singleElement()
        .satisfies(told -> assertThat(told.viewers()).containsExactly("v", "w"));
  }

  @Test
  void aViewerThatMissedAPieceGetsEveryRowAgain() {
    rows.add("v", List.of("a", "b"));
    assertThat(told(node("a", 1), node("b", 1))).hasSize(1);
    rows.missed("v", List.of("a", "b"));
    assertThat(told(node("a", 1), node("b", 1)))
        .singleElement()
        .asString()
        .contains("\"a\"", "\"b\"");
  }

  @Test
  void rowsOfADepartedViewerAreNotRequested() {
    rows.add("v", List.of("a"));
    rows.remove("v", List.of("a"));
    rows.missed("v", List.of("a"));
    assertThat(rows.turn()).isEmpty();
    assertThat(told(node("a", 1))).isEmpty();
  }

  @Test
  void viewersTakeTurnsBeyondTheLimitOfAQuestion() {
    for (int viewer = 0; viewer < 3; viewer++) {
      String of = "v" + viewer + "-";
      rows.add(of, IntStream.range(0, FeedRows.MAX_ASKED / 2).mapToObj(i -> of + i).toList());
    }
    Set<String> first = rows.turn();
    assertThat(first).hasSize(FeedRows.MAX_ASKED).contains("v0-0", "v1-0").doesNotContain("v2-0");
    assertThat(rows.turn()).contains("v2-0", "v0-0").doesNotContain("v1-0");
  }
}
