package fil.heartbeat.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fil.heartbeat.alert.model.AlertRule;
import fil.heartbeat.alert.model.Selector;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SelectorTest {
  private static final String ID = "12D3KooWBtg3aaRMjxwedh83aGiUkwSxDwUZkzuJcfaqUmo7R3pq";
  private static final String ALL =
      """
      {"rule":["NodeSilent","Node*"],"severity":"critical","nickname":"lotus-*","miner":"f01000",
       "peerId":"$ID","network":["mainnet"],"labels":{"site":["ams","ber"],"team":"a"}}
      """
          .replace("$ID", ID);

  private static Selector parse(String json) {
    return SelectorReader.read(new JsonObject(json));
  }

  @Test
  void everyMemberIsALabel() {
    assertThat(parse(ALL).labels())
        .isEqualTo(
            Map.of(
                "alertname", List.of("NodeSilent", "Node*"),
                "severity", List.of("critical"),
                "nickname", List.of("lotus-*"),
                "miner", List.of("f01000"),
                "peer_id", List.of(ID),
                "network", List.of("mainnet"),
                "site", List.of("ams", "ber"),
                "team", List.of("a")));
  }

  @Test
  void aWrittenSelectorIsReadBack() {
    Selector selector = parse(ALL);
    assertThat(SelectorReader.read(SelectorReader.write(selector))).isEqualTo(selector);
    assertThat(SelectorReader.write(selector).encode())
        .isEqualTo(
            "{\"rule\":[\"NodeSilent\",\"Node*\"],\"severity\":[\"critical\"],\"nickname\":[\"lotus-*\"],\"miner\":[\"f01000\"],"
                + "\"peerId\":[\""
                + ID
                + "\"],\"network\":[\"mainnet\"],\"labels\":{\"site\":[\"ams\",\"ber\"],\"team\":[\"a\"]}}");
  }

  @Test
  void anEmptySelectorSelectsEverything() {
    assertThat(parse("{}")).isEqualTo(Selector.ALL);
    assertThat(parse("{\"labels\":{}}")).isEqualTo(Selector.ALL);
    assertThat(SelectorReader.write(Selector.ALL)).isEqualTo(new JsonObject());
    assertThat(Selector.ALL.matches(Map.of())).isTrue();
  }

  @Test
  void allMembersAndOneValueOfEachMustMatch() {
    Selector selector = parse("{\"severity\":[\"info\",\"critical\"],\"nickname\":\"lotus-*-a*\"}");
    assertThat(selector.matches(Map.of("severity", "critical", "nickname", "lotus-1-2-abc")))
        .isTrue();
    assertThat(selector.matches(Map.of("severity", "warning", "nickname", "lotus-1-a"))).isFalse();
    assertThat(selector.matches(Map.of("severity", "info", "nickname", "lotus-1-b"))).isFalse();
    assertThat(selector.matches(Map.of("severity", "info"))).isFalse();
  }

  @Test
  void aPeerIdInAnotherSpellingSelectsTheSamePeer() {
    String cid = "bafzaajaiaejcahwr5d5ofrfbis4l5d6uwr57hu5tjodrypfm6yaq6dsc2r2pzyt6";
    assertThat(parse("{\"peerId\":\"" + cid + "\"}").labels().get("peer_id")).containsExactly(ID);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"nickname":7}|nickname: 7 (expected: text of 1 to 256 characters, or a list of 1 to 64 of them)
          {"nickname":""}|nickname: (empty) (expected: text of 1 to 256 characters, or a list of 1 to 64 of them)
          {"nickname":null}|nickname: (missing) (expected: text of 1 to 256 characters, or a list of 1 to 64 of them)
          {"nickname":[]}|nickname: 0 values (expected: text of 1 to 256 characters, or a list of 1 to 64 of them)
          {"nickname":["a",{}]}|nickname: {} (expected: text of 1 to 256 characters, or a list of 1 to 64 of them)
          {"nickname":"a\\nb"}|nickname: a\\u000ab (expected: text of 1 to 256 characters, or a list of 1 to 64 of them)
          {"nicknam":"a"}|nicknam: unknown key (expected: did you mean nickname?)
          {"rule":"NodeSilnt"}|rule: NodeSilnt (expected: did you mean NodeSilent?)
          {"rule":"Canary"}|rule: Canary (expected: one of $R)
          {"severity":"x*"}|severity: x* (expected: one of info, warning, critical)
          {"peerId":"12D3"}|peerId: 12D3 (expected: a peer id, such as 12D3KooW…, or a part of one with *)
          {"labels":{"a b":"x"}}|labels.a b: a b (expected: 1 to 64 of a-z, A-Z, 0-9 and _, not a digit first)
          {"labels":{"miner":"x"}}|labels.miner: miner (expected: a label of its own; not one of alertname, severity, network, peer_id, nickname, miner)
          {"labels":"a"}|labels: a (expected: an object of at most 16 labels to texts)
          {"labels":{"a":1},"miner":1}|labels.a: 1 (expected: text of 1 to 256 characters, or a list of 1 to 64 of them); miner: 1 (expected: text of 1 to 256 characters, or a list of 1 to 64 of them)
          """)
  void anInvalidMemberIsNamedWithItsValueAndTheExpectedOne(String json, String message) {
    String rules =
        String.join(", ", AlertRule.configurable().stream().map(AlertRule::label).toList());
    assertThatThrownBy(() -> parse(json))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message.replace("$R", rules));
  }

  @Test
  void everyPartOfASelectorIsBounded() {
    assertThat(SelectorReader.read(values(64)).labels().get("nickname")).hasSize(64);
    assertThatThrownBy(() -> SelectorReader.read(values(65)))
        .hasMessageStartingWith("nickname: 65 values");
    assertThatThrownBy(() -> parse("{\"nickname\":\"" + "x".repeat(257) + "\"}"))
        .hasMessageContaining("xxx… (expected: text of 1 to 256 characters");
    JsonObject labels = new JsonObject();
    for (int i = 0; i < 17; i++) {
      labels.put("l" + i, "x");
    }
    assertThatThrownBy(() -> SelectorReader.read(new JsonObject().put("labels", labels)))
        .hasMessageContaining("at most 16 labels");
  }

  private static JsonObject values(int count) {
    return new JsonObject().put("nickname", new JsonArray(Collections.nCopies(count, "a")));
  }
}
