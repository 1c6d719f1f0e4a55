package fil.heartbeat.api.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fil.heartbeat.aggregator.AggregatorView;
import fil.heartbeat.aggregator.Claims;
import fil.heartbeat.aggregator.Contact;
import fil.heartbeat.aggregator.Node;
import fil.heartbeat.aggregator.Overview;
import fil.heartbeat.aggregator.Snapshot;
import fil.heartbeat.api.ApiSettings;
import fil.heartbeat.api.HttpSide;
import fil.heartbeat.api.RawHttp;
import fil.heartbeat.api.access.AggregatorReads;
import fil.heartbeat.fleet.Agreement;
import fil.heartbeat.fleet.ChainState;
import fil.heartbeat.fleet.Expected;
import fil.heartbeat.fleet.Liveness;
import fil.heartbeat.fleet.NetworkReport;
import fil.heartbeat.fleet.Standing;
import fil.heartbeat.fleet.Verdict;
import fil.heartbeat.testing.FakeAlerts;
import fil.heartbeat.testing.FleetFixtures;
import fil.heartbeat.testing.HeldPort;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What load balancers are answered, over HTTP and at the agent port. */
@Timeout(60)
class LoadBalancersTest {
  private static final Instant NOON = Instant.parse("2026-01-02T12:00:00Z");
  private static final NetworkReport NETWORK = FleetFixtures.report(false);
  private static final String TOKEN = "0123456789abcdef";

  private static final List<Node> FLEET =
      List.of(
          node("ok-peer", "lotus-01", Standing.VOTER, Liveness.BEATING, ChainState.OK),
          node("forked-peer", "lotus-02", Standing.VOTER, Liveness.BEATING, ChainState.FORKED),
          node("missing-peer", "f01234/ö", Standing.EXPECTED, Liveness.MISSING, ChainState.UNKNOWN),
          node("stranger-peer", null, Standing.STRANGER, Liveness.BEATING, ChainState.FORKED));

  @TempDir private Path folder;
  private final HeldPort agent = new HeldPort();

  @AfterEach
  void letThePortGo() {
    agent.close();
  }

  /** A node that claims the nickname of another. */
  private static Node node(
      String peerId,
      @Nullable String name,
      Standing standing,
      Liveness liveness,
      ChainState chain) {
    return new Node(
        peerId,
        name == null ? null : new Expected(name, Map.of()),
        standing,
        null,
        new Claims("lotus-01", null, NETWORK.genesisCid(), List.of(), 1L, null),
        List.of(),
        new Verdict(liveness, chain, Agreement.UNKNOWN, null, true, null, NOON),
        Contact.NEVER);
  }

  private HttpSide start(JsonObject http, boolean warming) {
    Snapshot now = FleetFixtures.snapshot(FLEET, List.of(NETWORK));
    Overview overview =
        FleetFixtures.overview(NOON.plusSeconds(5), 1, warming, List.of(NETWORK))
            .withAccounts(now.overview().accounts());
    AggregatorView view = FleetFixtures.view(new Snapshot(overview, FLEET));
    return HttpSide.start(
        new ApiSettings(HttpSide.config(folder, http), "0"),
        AggregatorReads.of(view),
        new FakeAlerts(),
        List.of());
  }

  private HttpSide start() {
    return start(new JsonObject().put("agentPort", agent.port()), false);
  }

  private HttpSide closed(JsonObject more) throws IOException {
    Files.writeString(folder.resolve("tokens"), "lb read " + TOKEN + "\n");
    return start(
        new JsonObject().put("auth", new JsonObject().put("tokensFile", "tokens")).mergeIn(more),
        false);
  }

  @ParameterizedTest
  @CsvSource({
    "lotus-01, 200, up",
    "ok-peer, 200, up",
    "lotus-02, 503, down: forked since 12:00:00",
    "forked-peer?strict=false, 503, down: forked since 12:00:00",
    "f01234%2F%C3%B6?strict=true, 503, down: missing since 12:00:00"
  })
  void aNodeIsUpOrDown(String node, int status, String text) {
    try (HttpSide side = start()) {
      HttpResponse<String> answer = side.ask("GET", "/health/node/" + node, "");
      assertThat(answer.body()).isEqualTo(text);
      assertThat(answer.statusCode()).isEqualTo(status);
      assertThat(answer.headers().firstValue("content-type")).contains("text/plain; charset=utf-8");
      assertThat(answer.headers().firstValue("cache-control")).contains("no-store");
      assertThat(side.status("HEAD", "/health/node/" + node)).isEqualTo(status);
    }
  }

  @Test
  void whoAcceptsJsonGetsIt() {
    try (HttpSide side = start()) {
      HttpResponse<String> answer =
          side.ask("GET", "/health/node/lotus-02", "", "accept", "application/json");
      assertThat(answer.statusCode()).isEqualTo(503);
      assertThat(new JsonObject(answer.body()))
          .isEqualTo(
              new JsonObject()
                  .put("peerId", "forked-peer")
                  .put("health", "down")
                  .put("reason", "forked since 12:00:00")
                  .put("state", "forked")
                  .put("since", "2026-01-02T12:00:00.000Z")
                  .put("held", false));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"nobody", "lotus-03", "stranger-peer", "LOTUS-01", "f01234"})
  void whatIsNoNodeOfTheFleetIsNotFound(String node) {
    try (HttpSide side = start()) {
      HttpResponse<String> answer = side.ask("GET", "/health/node/" + node, "");
      assertThat(answer.statusCode()).isEqualTo(404);
      assertThat(new JsonObject(answer.body()).getString("detail")).startsWith(node + " (expected");
    }
  }

  @Test
  void aWrongParameterIsNamed() {
    try (HttpSide side = start()) {
      assertThat(side.status("/health/node/lotus-01?strict=yes")).isEqualTo(400);
      assertThat(side.status("/health/node/lotus-01?strikt=true")).isEqualTo(400);
    }
  }

  @Test
  void itNeedsATokenUnlessHealthIsPublic() throws IOException {
    try (HttpSide side = closed(new JsonObject())) {
      assertThat(side.status("/health/node/lotus-01")).isEqualTo(401);
      assertThat(side.status("/health/node/nobody")).isEqualTo(401);
      assertThat(side.status("GET", "/health/node/lotus-01", "authorization", "Bearer " + TOKEN))
          .isEqualTo(200);
    }
    try (HttpSide side = closed(new JsonObject().put("publicHealth", true))) {
      assertThat(side.status("/health/node/lotus-01")).isEqualTo(200);
      assertThat(side.status("/health/node/lotus-02")).isEqualTo(503);
      assertThat(side.status("/api/v1/nodes")).isEqualTo(401);
    }
  }

  /** Else a stranger could take a node's name from it by a claim of that miner. */
  @Test
  void aNameIsFoundWhateverIsHidden() {
    JsonObject hide = new JsonObject().put("hide", new JsonArray().add("miners").add("addresses"));
    try (HttpSide side = start(hide, false)) {
      assertThat(side.status("/health/node/f01234%2F%C3%B6")).isEqualTo(503);
    }
  }

  private String agent(HttpSide side, String line) {
    return RawHttp.ask(side.vertx(), agent.port(), line);
  }

  @Test
  void theAgentAnswersALineAndCloses() {
    try (HttpSide side = start()) {
      assertThat(agent(side, "lotus-01\n")).isEqualTo("up ready 100%\n");
      assertThat(agent(side, "forked-peer\r\nmore\n")).isEqualTo("down #forked since 12:00:00\n");
      assertThat(agent(side, "nobody\n")).startsWith("#no node").endsWith("\n");
      assertThat(agent(side, "\n")).startsWith("#no node");
      assertThat(agent(side, "x".repeat(AgentPort.MAX_LINE + 1))).isEmpty();
      assertThat(agent(side, "no line end")).isEmpty();
      String metrics = side.ask("GET", "/metrics", "").body();
      assertThat(count(metrics, "received_total")).isEqualTo(6);
      assertThat(count(metrics, "answered_total")).isEqualTo(2);
      assertThat(count(metrics, "dropped_total{reason=\"unknown-node\"}")).isEqualTo(2);
      assertThat(count(metrics, "dropped_total{reason=\"too-long\"}")).isEqualTo(1);
      assertThat(count(metrics, "dropped_total{reason=\"too-late\"}")).isEqualTo(1);
    }
  }

  private static long count(String metrics, String name) {
    Matcher found =
        Pattern.compile(
                "^fil_heartbeat_agent_checks_" + Pattern.quote(name) + " (\\S+)$",
                Pattern.MULTILINE)
            .matcher(metrics);
    assertThat(found.find()).as(name).isTrue();
    return (long) Double.parseDouble(found.group(1));
  }

  @Test
  void withoutAnAgentPortThereAreNoMetricsOfIt() {
    try (HttpSide side = start(new JsonObject(), false)) {
      assertThat(side.ask("GET", "/metrics", "").body()).doesNotContain("agent_checks");
    }
  }

  @Test
  void whileWarmingTheAgentRefusesAndHttpAnswers() {
    try (HttpSide side = start(new JsonObject().put("agentPort", agent.port()), true)) {
      assertThat(side.ask("GET", "/health/node/lotus-02", "").body())
          .isEqualTo("down: forked before the restart");
      assertThat(side.status("/health/node/f01234%2F%C3%B6")).isEqualTo(200);
      assertThat(RawHttp.open(side.vertx(), agent.port()).transform(this::failed))
          .satisfies(refused -> assertThat(HttpSide.await(refused)).isTrue());
    }
  }

  private Future<Boolean> failed(AsyncResult<RawHttp> opened) {
    return Future.succeededFuture(opened.failed());
  }

  @Test
  void anAgentPortThatIsTakenFailsTheStart() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      JsonObject http = new JsonObject().put("agentPort", taken.getLocalPort());
      assertThatThrownBy(() -> start(http, false).close())
          .hasStackTraceContaining("http.agentPort: 127.0.0.1:" + taken.getLocalPort())
          .hasStackTraceContaining("(expected: a free port; 0 = off)");
    }
  }
}
