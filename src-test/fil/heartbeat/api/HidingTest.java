package fil.heartbeat.api;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.aggregator.Claims;
import fil.heartbeat.aggregator.Contact;
import fil.heartbeat.aggregator.IngestCounts;
import fil.heartbeat.aggregator.Node;
import fil.heartbeat.aggregator.Overview;
import fil.heartbeat.aggregator.Snapshot;
import fil.heartbeat.alert.model.Acknowledgement;
import fil.heartbeat.alert.model.Actor;
import fil.heartbeat.alert.model.Alert;
import fil.heartbeat.alert.model.AlertRule;
import fil.heartbeat.alert.model.AlertStats;
import fil.heartbeat.alert.model.AlertStatus;
import fil.heartbeat.alert.model.AlertText;
import fil.heartbeat.alert.model.Selector;
import fil.heartbeat.alert.model.Severity;
import fil.heartbeat.api.access.AggregatorReads;
import fil.heartbeat.fleet.Agreement;
import fil.heartbeat.fleet.ChainState;
import fil.heartbeat.fleet.Expected;
import fil.heartbeat.fleet.Liveness;
import fil.heartbeat.fleet.Standing;
import fil.heartbeat.fleet.State;
import fil.heartbeat.fleet.Verdict;
import fil.heartbeat.history.ConnectionEvent;
import fil.heartbeat.history.HistoryStats;
import fil.heartbeat.history.ResolvedRow;
import fil.heartbeat.history.StateChange;
import fil.heartbeat.sender.SenderStatus;
import fil.heartbeat.testing.FakeAlerts;
import fil.heartbeat.testing.FleetFixtures;
import fil.heartbeat.testing.RecordingHistory;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Hidden data is in no answer, wherever it was written and however it is spelled. */
@Timeout(120)
class HidingTest {
  private static final String LONG = "mark2cjb5mgbnnu7hckddr6ru7wmqqrrqcp6zzzz";

  /** Miner addresses as nodes claim them, and as people write them into names. */
  private static final List<String> MINERS =
      List.of(
          "f0777001",
          "F0777002",
          "t0777003",
          "T0777004",
          "f1" + LONG,
          "T2" + LONG.toUpperCase(Locale.ROOT),
          "f3" + LONG + LONG,
          "f410f" + LONG,
          "ｆ０７７７００５",
          "f-0777006",
          "mark-no-address");

  private static final List<String> MINER_MARKS = List.of("77700", "mark2cjb", "mark-no");

  private static final List<String> ADDRESSES =
      List.of(
          "/ip4/203.0.113.7/tcp/1",
          "/ip6/2001:db8:77::7/tcp/1",
          "/ip6zone/eth0/ip6/fe80::77:7/tcp/1",
          "/dns4/mark7.example/tcp/1",
          "203.0.113.7:9081",
          "ip-203-0-113-7",
          "203_0_113_7",
          "[2001:DB8:77::7]:9081",
          "2001:db8:77:0:0:0:0:7",
          "::ffff:203.0.113.7",
          "２０３.０.１１３.７");

  private static final List<String> ADDRESS_MARKS =
      List.of("203.0.113", "203-0-113", "203_0_113", "db8:77", "fe80::77", "mark7");

  private static final String PEER = "12D3KooWA4Xop1JaT3MHxwYMkCepYsv4iPVopMXwCz5iHYdBfeSB";

  @TempDir private Path folder;
  private final List<Node> nodes = new ArrayList<>();
  private final FakeAlerts alerts = new FakeAlerts();
  private final List<SenderStatus> senders = new ArrayList<>();
  private final RecordingHistory history = RecordingHistory.ofOnePoint(9);

  private static String peer(int i) {
    return PEER.substring(0, PEER.length() - 2) + "ABCDEFGHJKLMNPQRSTUVWXYZ".charAt(i) + "B";
  }

  /** Puts each of them into every place that holds text. */
  @BeforeEach
  void aFleetThatIsFullOfThem() {
    int count = Math.max(MINERS.size(), ADDRESSES.size());
    for (int i = 0; i < count; i++) {
      String miner = MINERS.get(i % MINERS.size());
      String address = ADDRESSES.get(i % ADDRESSES.size());
      // A name with the node's own claim, and one with the claim of another node.
      for (String named : List.of(miner, MINERS.get((i + 1) % (MINERS.size() - 2)), address)) {
        add(miner, address, "my" + named + "node", nodes.size());
        add(miner, address, named + " (" + named + ")", nodes.size());
      }
    }
    senders.add(sender(ADDRESSES.get(0), "a"));
    senders.add(sender(ADDRESSES.get(1), "a"));
    senders.add(sender(ADDRESSES.get(3), MINERS.get(0)));
    alerts.stats(
        new AlertStats(
            Map.of(),
            0.25,
            List.of(
                new AlertStats.SinkStats(
                    "ops", "webhook", 1, Map.of(), 1, "no answer from 203.0.113.7:80", null)),
            null));
  }

  private static SenderStatus sender(String target, String nickname) {
    return new SenderStatus(
        target,
        PEER,
        Optional.of(PEER),
        nickname,
        false,
        1,
        Map.of(),
        1,
        1,
        Optional.empty(),
        Optional.empty(),
        Optional.of("refused by 203.0.113.7:9081 as f0777001"),
        Map.of(),
        Map.of());
  }

  private void add(String miner, String address, String name, int number) {
    String id = peer(number % 24).substring(0, 46) + (1000 + number);
    String sentence = name + " of " + miner + " was at " + address + ".";
    Claims claims = new Claims(name, miner, "bafygenesis", List.of("bafyhead"), 444L, false);
    nodes.add(
        new Node(
            id,
            new Expected(name, Map.of("miner", miner, "site", name, "at", address)),
            Standing.VOTER,
            "mainnet",
            claims,
            List.of(
                "miner address " + miner + " is also claimed by " + PEER,
                "nickname " + name + " is also claimed by " + PEER,
                "beats from two places: "
                    + (address.startsWith("/") ? address : ADDRESSES.get(0))
                    + " and "
                    + ADDRESSES.get(1)),
            new Verdict(
                Liveness.BEATING,
                ChainState.FORKED,
                Agreement.UNKNOWN,
                3L,
                true,
                sentence,
                FleetFixtures.NOW),
            new Contact(
                new Contact.Connection(true, address, null, null),
                new Contact.Uptime(.5, ""),
                null,
                FleetFixtures.NOW,
                null,
                2)));
    history.stateChanged(new StateChange(id, FleetFixtures.NOW, State.OK, State.FORKED, sentence));
    history.connection(new ConnectionEvent(id, FleetFixtures.NOW, false, address, sentence));
    Map<String, String> labels =
        Map.of("nickname", name, "miner", miner, "peer_id", id, "site", name, "network", "mainnet");
    AlertRule rule =
        number % 2 == 0 ? AlertRule.MINER_ADDRESS_CHANGED : AlertRule.IDENTITY_CONFLICT;
    String detail =
        number % 2 == 0
            ? miner + " instead of mark-no-address"
            : "miner address " + miner + " is also claimed by " + PEER;
    alerts.add(
        new Alert(
            new Alert.Origin("alert-" + number, "fingerprint", rule, id),
            AlertStatus.ACKNOWLEDGED,
            Severity.WARNING,
            labels,
            new AlertText(sentence, detail),
            new Alert.Times(FleetFixtures.NOW, FleetFixtures.NOW, null),
            new Alert.Handling(
                new Acknowledgement(name, FleetFixtures.NOW, sentence),
                "maintenance " + name,
                Map.of())));
    alerts.add(
        new ResolvedRow(
            "ended-" + number,
            rule.label(),
            "warning",
            id,
            FleetFixtures.NOW,
            FleetFixtures.NOW.plusSeconds(number),
            sentence,
            new JsonObject()
                .put("detail", detail)
                .put("labels", new JsonObject(Map.copyOf(labels)))
                .put("acknowledgement", new JsonObject().put("by", name).put("comment", sentence))
                .encode()));
    if (number % 30 == 7) {
      HttpSide.await(
          alerts.addSilence(
              new Selector(Map.of("miner", List.of(miner), "nickname", List.of(name, address))),
              FleetFixtures.NOW,
              FleetFixtures.NOW.plusSeconds(60),
              new Actor(name, "192.0.2.7"),
              sentence));
    }
  }

  private HttpSide start(String... hidden) {
    Snapshot now =
        new Snapshot(
            FleetFixtures.overview(
                    FleetFixtures.NOW, 1, false, List.of(FleetFixtures.report(false)))
                .withAccounts(
                    new Overview.Accounts(
                        new IngestCounts(1, 1, Map.of()),
                        0,
                        FleetFixtures.hostStats(Map.of()),
                        new HistoryStats(
                            0,
                            0,
                            Map.of(),
                            Optional.of("/ip4/203.0.113.7 of f0777001 is full"),
                            0))),
            nodes);
    return HttpSide.start(
        new ApiSettings(
            HttpSide.config(folder, new JsonObject().put("hide", new JsonArray(List.of(hidden)))),
            "0"),
        new AggregatorReads(
            FleetFixtures.view(now), history, () -> List.of("/ip4/192.0.2.1/tcp/1")),
        alerts,
        senders);
  }

  /** Returns the marks found in a text, in any spelling. */
  private static Set<String> found(List<String> marks, String text) {
    String plain = Normalizer.normalize(text, Normalizer.Form.NFKC).toLowerCase(Locale.ROOT);
    Set<String> found = new TreeSet<>();
    marks.stream().filter(plain::contains).forEach(found::add);
    return found;
  }

  /** Returns every answer there is, by its request. */
  private List<String[]> answers(HttpSide side) {
    List<String[]> answers = new ArrayList<>();
    JsonObject paths = OpenApi.document().toJsonObject().getJsonObject("paths");
    for (String path : paths.fieldNames()) {
      if (!paths.getJsonObject(path).containsKey("get")) {
        continue;
      }
      if (path.equals("/api/v1/events")) {
        answers.add(new String[] {path, feed(side)});
      } else if (path.contains("{")) {
        for (Node node : nodes) {
          answers.add(got(side, path.replaceFirst("\\{(peerId|node)}", node.peerId())));
        }
      } else if (!path.equals("/openapi.json")) {
        answers.add(got(side, path));
      }
    }
    for (String path :
        List.of(
            "/api/v1/nodes?limit=1000",
            "/api/v1/nodes?sort=minerAddress&limit=3",
            "/api/v1/nodes?sort=address&limit=3",
            "/api/v1/nodes?format=csv",
            "/api/v1/alerts?limit=1000",
            "/api/v1/alerts?limit=1000&status=resolved",
            "/api/v1/alerts?limit=1000&status=resolved,firing&format=csv")) {
      answers.add(got(side, path));
    }
    return answers;
  }

  private static String[] got(HttpSide side, String path) {
    var answer = side.ask("GET", path, "");
    assertThat(answer.statusCode()).as(path).isEqualTo(200);
    return new String[] {path, answer.headers().map() + answer.body()};
  }

  /** Reads up to the first beat of its rows: past the snapshot and the alerts. */
  private String feed(HttpSide side) {
    StringBuilder text = new StringBuilder();
    Promise<Void> whole = Promise.promise();
    HttpSide.await(
        side.streams()
            .request(
                HttpMethod.GET,
                side.port(),
                "127.0.0.1",
                "/api/v1/events?rows=" + nodes.get(0).peerId())
            .compose(request -> request.send())
            .compose(
                response -> {
                  response.handler(
                      bytes -> {
                        text.append(bytes);
                        if (text.indexOf("event: rows") >= 0 && text.indexOf("event: alert") >= 0) {
                          boolean ignored = whole.tryComplete();
                        }
                      });
                  return whole.future();
                }));
    return text.toString();
  }

  @Test
  void noAnswerContainsHiddenData() throws IOException {
    List<String> all = new ArrayList<>(MINER_MARKS);
    all.addAll(ADDRESS_MARKS);
    try (HttpSide side = start("miners", "addresses")) {
      for (String[] answer : answers(side)) {
        assertThat(found(all, answer[1])).as(answer[0]).isEmpty();
      }
    }
  }

  @Test
  void eachKindIsHiddenWithoutTheOther() throws IOException {
    try (HttpSide side = start("miners")) {
      StringBuilder text = new StringBuilder();
      for (String[] answer : answers(side)) {
        assertThat(found(MINER_MARKS, answer[1])).as(answer[0]).isEmpty();
        text.append(answer[1]);
      }
      assertThat(found(ADDRESS_MARKS, text.toString())).containsAll(ADDRESS_MARKS);
    }
    try (HttpSide side = start("addresses")) {
      StringBuilder text = new StringBuilder();
      for (String[] answer : answers(side)) {
        assertThat(found(ADDRESS_MARKS, answer[1])).as(answer[0]).isEmpty();
        text.append(answer[1]);
      }
      assertThat(found(MINER_MARKS, text.toString())).containsAll(MINER_MARKS);
    }
  }

  @Test
  void noSearchFindsHiddenData() throws IOException {
    try (HttpSide side = start("miners", "addresses")) {
      for (String what : List.of("f0777001", "77700", "203.0.113", "203-0", "mark")) {
        String query = URLEncoder.encode(what, StandardCharsets.UTF_8);
        assertThat(side.ask("GET", "/api/v1/nodes?q=" + query, "").body())
            .as(what)
            .startsWith("{\"nodes\":[],");
      }
    }
  }

  /**
   * Otherwise sorting would show which of two values is larger, and with a few nodes of the
   * attacker's own all of a value.
   */
  @Test
  void noOrderRevealsHiddenData() throws IOException {
    try (HttpSide side = start("miners", "addresses")) {
      List<String> byId = order(side, "peerId");
      assertThat(byId).hasSize(nodes.size());
      assertThat(order(side, "minerAddress")).isEqualTo(byId);
      assertThat(order(side, "address")).isEqualTo(byId);
    }
    try (HttpSide side = start("miners")) {
      assertThat(order(side, "address")).isNotEqualTo(order(side, "peerId"));
    }
  }

  private static List<String> order(HttpSide side, String member) {
    var answer = side.ask("GET", "/api/v1/nodes?limit=1000&sort=" + member, "");
    return new JsonObject(answer.body())
        .getJsonArray("nodes").stream()
            .map(each -> ((JsonObject) each).getString("peerId"))
            .toList();
  }
}
