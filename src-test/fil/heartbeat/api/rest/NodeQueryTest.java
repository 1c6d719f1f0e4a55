package fil.heartbeat.api.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fil.heartbeat.aggregator.Node;
import fil.heartbeat.api.http.ApiException;
import fil.heartbeat.api.http.Parameters;
import fil.heartbeat.testing.FleetFixtures;
import io.vertx.core.MultiMap;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NodeQueryTest {
  private static Node node(String peerId, @Nullable String nickname, @Nullable Long height) {
    return FleetFixtures.node(peerId, nickname, height);
  }

  private static JsonObject ask(List<Node> nodes, String... pairs) {
    MultiMap query = MultiMap.caseInsensitiveMultiMap();
    for (int i = 0; i < pairs.length; i += 2) {
      query.add(pairs[i], pairs[i + 1]);
    }
    return NodeQuery.parse(new Parameters(query, NodeQuery.PARAMETERS)).answer(nodes);
  }

  private static List<String> ids(JsonObject answer) {
    return answer.getJsonArray("nodes").stream()
        .map(node -> ((JsonObject) node).getString("peerId"))
        .toList();
  }

  @Test
  void everyMemberOfTheContractIsPresent() {
    JsonObject node = ask(List.of(node("p", "n", 1L))).getJsonArray("nodes").getJsonObject(0);
    assertThat(node.fieldNames())
        .contains(
            "peerId,nickname,expectedName,minerAddress,genesisCid,network,head,height,lagEpochs,state,liveness,chain,agreement,partial,reason,conflicts,connected,address,firstSeen,lastBeat,headSince,beats,uptime24h"
                .split(",", -1));
    assertThat(node.getString("state")).isEqualTo("unknown");
    assertThat(node.getValue("lagEpochs")).isNull();
  }

  @Test
  void sortsByAMemberThenByPeerIdNullsFirst() {
    List<Node> nodes =
        Arrays.asList(
            node("c", "x", 5L), node("a", "x", 5L), node("b", null, null), node("d", "y", 40L));
    assertThat(ids(ask(nodes, "sort", "height"))).containsExactly("b", "a", "c", "d");
    assertThat(ids(ask(nodes, "sort", "-height"))).containsExactly("d", "a", "c", "b");
    assertThat(ids(ask(nodes, "sort", "nickname"))).containsExactly("b", "a", "c", "d");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void pagesCoverEveryNodeOnce(long seed) {
    Random random = new Random(seed);
    List<Node> nodes = new ArrayList<>();
    for (int i = 0; i < 57; i++) {
      nodes.add(node("p" + i, "n", random.nextBoolean() ? null : (long) random.nextInt(4)));
    }
    List<String> seen = new ArrayList<>();
    String cursor = null;
    do {
      JsonObject page =
          cursor == null
              ? ask(nodes, "limit", "10", "sort", "-height")
              : ask(nodes, "limit", "10", "sort", "-height", "cursor", cursor);
      seen.addAll(ids(page));
      cursor = page.getString("next");
    } while (cursor != null);
    assertThat(seen).as("seed %d", seed).hasSize(57).doesNotHaveDuplicates();
  }

  @Test
  void filtersByTextAndState() {
    List<Node> nodes = List.of(node("a", "Alice", 1L), node("b", "bob", 1L));
    assertThat(ids(ask(nodes, "q", "ALI"))).containsExactly("a");
    assertThat(ids(ask(nodes, "state", "unknown"))).containsExactly("a", "b");
    assertThat(ids(ask(nodes, "state", "forked,silent"))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "client|lotus,,forest|at most 32 comma-separated texts of 1 to 32 characters",
        "client|lotuslotuslotuslotuslotuslotuslotus|of 1 to 32 characters, such as lotus,forest",
        "version|1.36.0,|of 1 to 128 characters, such as 1.36.0",
        "notReady|TRUE|(expected: true or false)",
        "miner|f01000,1000|comma-separated addresses such as f01000",
      })
  void aBadFilterSaysWhatIsExpected(String name, String value, String expected) {
    assertThatThrownBy(() -> ask(List.of(), name, value))
        .isInstanceOf(ApiException.class)
        .hasMessageContaining(name + ": " + value)
        .hasMessageContaining(expected);
  }

  @Test
  void aFilterHasAtMostSoManyValues() {
    String clients =
        IntStream.rangeClosed(0, NodeFilter.MAX_VALUES)
            .mapToObj(i -> "c" + i)
            .collect(Collectors.joining(","));
    assertThatThrownBy(() -> ask(List.of(), "client", clients))
        .hasMessageContaining("at most 32 comma-separated texts");
    assertThatThrownBy(() -> ask(List.of(), "miner", clients.replace("c", "f0")))
        .hasMessageContaining("at most 32 comma-separated addresses");
  }

  @ParameterizedTest
  @CsvSource({
    "limit,0",
    "limit,1001",
    "limit,ten",
    "sort,head",
    "sort,nothing",
    "state,sleepy",
    "notReady,yes",
    "miner,mark",
    "miner,f0",
    "cursor,%%%",
    "cursor,bm90IGpzb24",
    "page,2"
  })
  void aBadParameterIsNamedWithItsValue(String name, String value) {
    assertThatThrownBy(() -> ask(List.of(), name, value))
        .isInstanceOf(ApiException.class)
        .hasMessageContaining(name + ": " + value + " (expected: ");
  }
}
