package fil.heartbeat.api.rest;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.aggregator.Claims;
import fil.heartbeat.aggregator.Contact;
import fil.heartbeat.aggregator.Node;
import fil.heartbeat.alert.model.Alert;
import fil.heartbeat.alert.model.AlertRule;
import fil.heartbeat.alert.model.AlertStatus;
import fil.heartbeat.alert.model.Severity;
import fil.heartbeat.api.http.Parameters;
import fil.heartbeat.fleet.ChainState;
import fil.heartbeat.fleet.Expected;
import fil.heartbeat.fleet.Findings;
import fil.heartbeat.fleet.Standing;
import fil.heartbeat.testing.FakeAlerts;
import fil.heartbeat.testing.FleetFixtures;
import fil.heartbeat.wire.Extras;
import io.vertx.core.MultiMap;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The server and the page search and sort alike; {@code modules.mjs} tests the page's half. */
class PageCasesTest {
  private static final JsonObject CASES = read();

  private static JsonObject read() {
    try {
      return new JsonObject(Files.readString(Path.of("src-test", "peers", "web", "cases.json")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Stream<JsonObject> objects(JsonArray all) {
    return all.stream().map(JsonObject.class::cast);
  }

  private static Node node(JsonObject json) {
    Map<String, String> labels = new TreeMap<>();
    json.getJsonObject("labels")
        .forEach(each -> labels.put(each.getKey(), (String) each.getValue()));
    String name = json.getString("expectedName");
    JsonArray miners = json.getJsonArray("minerAddresses");
    Boolean ready = json.getBoolean("upgradeReady");
    Extras extras =
        new Extras.Builder()
            .client(json.getString("client"))
            .version(json.getString("version"))
            .upgrades(ready == null ? List.of() : List.of(new Extras.Upgrade("Old", 100)))
            .minerAddresses(
                miners == null ? List.of() : miners.stream().map(String.class::cast).toList())
            .build();
    Findings.Missing missing =
        Boolean.FALSE.equals(ready) ? new Findings.Missing("New", 200, null, 2, false) : null;
    Node node =
        new Node(
            json.getString("peerId"),
            name == null ? null : new Expected(name, labels),
            Standing.VOTER,
            json.getString("network"),
            new Claims(
                json.getString("nickname"),
                json.getString("minerAddress"),
                null,
                List.of(),
                1L,
                null),
            List.of(),
            FleetFixtures.verdict(ChainState.OK),
            Contact.NEVER);
    return node.with(
        extras,
        new Findings(
            null, null, missing, ready == null ? Findings.Compared.NO : Findings.Compared.YES));
  }

  static Stream<JsonObject> searches() {
    return objects(CASES.getJsonObject("search").getJsonArray("cases"));
  }

  @ParameterizedTest
  @MethodSource("searches")
  void aSearchFinds(JsonObject search) {
    List<Node> nodes =
        objects(CASES.getJsonObject("search").getJsonArray("nodes"))
            .map(PageCasesTest::node)
            .toList();
    MultiMap query = MultiMap.caseInsensitiveMultiMap();
    NodeFilter.PARAMETERS.stream()
        .filter(search::containsKey)
        .forEach(name -> query.add(name, search.getString(name)));
    NodeFilter asked = NodeFilter.parse(new Parameters(query, NodeFilter.PARAMETERS));
    assertThat(nodes.stream().filter(asked::matches).map(Node::peerId))
        .containsExactlyElementsOf(
            search.getJsonArray("found").stream().map(String.class::cast).toList());
  }

  private static Alert alert(JsonObject json) {
    Alert alert =
        FakeAlerts.firing(
            json.getString("id"),
            AlertRule.NODE_FORKED,
            Severity.named(json.getString("severity")).orElseThrow(),
            "12D3KooWalpha");
    return alert
        .withStatus(AlertStatus.named(json.getString("status")).orElseThrow())
        .withTimes(new Alert.Times(Instant.parse(json.getString("activeAt")), null, null));
  }

  @Test
  void alertsAreInOrder() {
    JsonArray cases = CASES.getJsonArray("alertsInOrder");
    List<Alert> alerts = objects(cases).map(PageCasesTest::alert).collect(Collectors.toList());
    List<String> inOrder = alerts.stream().map(Alert::id).toList();
    Collections.shuffle(alerts, new Random(1));
    alerts.sort(AlertQuery.ORDER);
    assertThat(alerts.stream().map(Alert::id)).containsExactlyElementsOf(inOrder);
  }
}
