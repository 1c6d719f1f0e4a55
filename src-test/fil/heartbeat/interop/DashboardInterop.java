package fil.heartbeat.interop;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.api.feed.FeedTape;
import fil.heartbeat.testing.HeldPort;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.WebClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The page in a real browser; {@code browser.mjs} says what is looked at. */
class DashboardInterop {
  private static final int NODES = 20;
  private static final int TENTH = NODES / 10;

  @TempDir private static Path shared;
  @TempDir private Path folder;
  private static Aggregator aggregator;
  private static Program swarm;

  /** A fleet of which the first tenth is forked, as it is once warming is over. */
  @BeforeAll
  static void aFleet() throws IOException {
    aggregator = Aggregator.start(shared);
    swarm = aggregator.swarm(NODES, 1);
    swarm.await("connected=" + NODES);
  }

  /** Also what is up of a fleet that did not come up. */
  @AfterAll
  static void end() {
    if (swarm != null) {
      swarm.close();
    }
    if (aggregator != null) {
      aggregator.close();
    }
  }

  private static JsonObject facts() {
    return new JsonObject().put("nodes", NODES).put("forked", TENTH).put("silent", TENTH);
  }

  private static void passes(Program browser) {
    assertThat(browser.end()).as(browser.said()).isZero();
  }

  private static void isDone(Program browser) {
    browser.await("seen: done");
    passes(browser);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "glance",
        "steady",
        "filterSortSearch",
        "held",
        "large",
        "chain",
        "alerts",
        "phone",
        "dark",
        "denied"
      })
  void ofAFleetItShows(String scenario) {
    try (Program browser =
        WebScript.start("browser.mjs", scenario, aggregator.url(), facts().encode())) {
      isDone(browser);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"modules.mjs", "connection.mjs", "info.mjs", "trouble.mjs"})
  void itsModulesKeepTheirWord(String script) {
    try (Program node = WebScript.start(script)) {
      passes(node);
    }
  }

  /** The page's own model, cut at every byte of what the feed tells. */
  @Test
  void itsModelHealsWhereverItsFeedIsCut() throws IOException {
    Path tapes = folder.resolve("tapes.jsonl");
    Files.write(
        tapes, LongStream.range(0, 20).mapToObj(seed -> FeedTape.of(seed).encode()).toList());
    try (Program node = WebScript.start("cut.mjs", tapes.toString())) {
      passes(node);
    }
  }

  /** Nodes that the API tells of, once they are as many. */
  private static JsonArray nodes(Aggregator of, String query, int least) {
    Vertx vertx = Vertx.vertx();
    WebClient client = WebClient.create(vertx);
    try {
      return Wait.until(
          vertx,
          least + " nodes",
          () ->
              Optional.of(
                      Wait.on(client.getAbs(of.url() + "/api/v1/nodes" + query).send())
                          .bodyAsJsonObject()
                          .getJsonArray("nodes"))
                  .filter(found -> found.size() >= least),
          () -> "fewer");
    } finally {
      client.close();
      Wait.on(vertx.close());
    }
  }

  @Test
  void ofANodeItShowsEverything() {
    String peer = nodes(aggregator, "?state=forked", 1).getJsonObject(0).getString("peerId");
    try (Program browser =
        WebScript.start(
            "browser.mjs", "nodePage", aggregator.url(), facts().put("peer", peer).encode())) {
      passes(browser);
    }
  }

  /** All of its names are as long as names may be. */
  @ParameterizedTest
  @ValueSource(strings = {"widths", "zones"})
  void whateverNodesAreCalledItIsRead(String scenario) throws IOException {
    int many = 60;
    List<String> kinds = List.of("W", "\u05d0", "a\u0301");
    List<String> names =
        List.of("W".repeat(62), "\u05d0\u05d1".repeat(31), "a\u0301\u0323".repeat(20));
    JsonObject soon = new JsonObject().put("for", "1s");
    JsonObject alerts =
        new JsonObject()
            .put("rules", new JsonObject().put("NodeForked", soon).put("NodeBehind", soon));
    try (Aggregator named = Aggregator.start(folder, new JsonObject(), alerts);
        Program swarmed = named.swarm(many, 1)) {
      swarmed.await("connected=" + many);
      JsonArray all = nodes(named, "", many);
      JsonObject expected = new JsonObject();
      for (int i = 0; i < many; i++) {
        String name = names.get(i % names.size()) + (10 + i);
        expected.put(all.getJsonObject(i).getString("peerId"), name);
      }
      named.expects(expected, alerts);
      int each = many / names.size();
      assertThat(nodes(named, "?q=" + names.get(0), each)).hasSize(each);
      JsonObject given =
          new JsonObject().put("kinds", new JsonArray(kinds)).put("alerts", 2 * many / 10);
      try (Program browser =
          WebScript.start("browser.mjs", scenario, named.url(), given.encode())) {
        isDone(browser);
      }
    }
  }

  @Test
  void anEmptyPageComesAlive() throws IOException {
    try (Aggregator empty = Aggregator.start(folder);
        Program browser =
            WebScript.start(
                "browser.mjs",
                "alive",
                empty.url(),
                facts().put("target", empty.target()).encode())) {
      browser.await("seen: empty");
      try (Program nodes = empty.swarm(NODES, 3)) {
        nodes.await("connected=" + NODES);
        browser.await("seen: silent");
        passes(browser);
      }
    }
  }

  @Test
  void aRestartIsSaidAndSurvived() throws IOException {
    try (HeldPort beats = new HeldPort();
        HeldPort http = new HeldPort();
        Aggregator first = Aggregator.start(folder, beats, http, null);
        Program nodes = first.swarm(NODES, 4)) {
      nodes.await("connected=" + NODES);
      try (Program browser =
          WebScript.start("browser.mjs", "restart", first.url(), facts().encode())) {
        browser.await("seen: rows");
        first.program().kill();
        browser.await("seen: stale");
        try (Aggregator second = first.again(null)) {
          assertThat(second.url()).isEqualTo(first.url());
          browser.await("seen: back");
          passes(browser);
        }
      }
    }
  }

  /**
   * Each load over a slow link shows all alerts: the cursor of a stream that breaks is behind them.
   */
  @Test
  void overASlowLinkItShowsAllAlerts() throws IOException {
    JsonObject soon = new JsonObject().put("for", "1s");
    try (Aggregator watching =
            Aggregator.start(
                folder,
                new JsonObject(),
                new JsonObject().put("rules", new JsonObject().put("NodeForked", soon)));
        Program nodes = watching.swarm(NODES * 10, 1)) {
      nodes.await("connected=" + NODES * 10);
      JsonObject given = new JsonObject().put("nodes", NODES * 10).put("alerts", NODES);
      try (Program browser =
          WebScript.start("browser.mjs", "slowLink", watching.url(), given.encode())) {
        isDone(browser);
      }
    }
  }

  /** Who watches is counted: nobody else does. */
  @ParameterizedTest
  @ResourceLock(Machine.PROCESSORS)
  @CsvSource({"tabs, 20", "fourTabs, 1000"})
  void tabsShareOneLine(String scenario, int many) throws IOException {
    try (Aggregator large = Aggregator.start(folder);
        Program nodes = large.swarm(many, 1)) {
      nodes.await("connected=" + many);
      JsonObject given = new JsonObject().put("nodes", many);
      try (Program browser =
          WebScript.start("browser.mjs", scenario, large.url(), given.encode())) {
        isDone(browser);
      }
    }
  }

  /** A connection that stays open says nothing of a server that stands still. */
  @Test
  void itSaysSinceWhenNothingIsHeard() throws IOException {
    try (Aggregator still = Aggregator.start(folder);
        Program nodes = still.swarm(NODES, 1)) {
      nodes.await("connected=" + NODES);
      try (Program browser =
          WebScript.start("browser.mjs", "standstill", still.url(), facts().encode())) {
        browser.await("seen: live");
        still.program().signal("STOP");
        try {
          browser.await("seen: stale");
        } finally {
          still.program().signal("CONT");
        }
        browser.await("seen: back");
        passes(browser);
      }
    }
  }

  @Test
  void aTokenOpensIt() throws IOException {
    String token = "a-token-of-many-characters";
    Path tokens = Files.writeString(folder.resolve("tokens"), "ops admin " + token + "\n");
    try (Aggregator closed =
            Aggregator.start(
                folder,
                new JsonObject()
                    .put("auth", new JsonObject().put("tokensFile", tokens.toString())));
        Program browser =
            WebScript.start(
                "browser.mjs",
                "login",
                closed.url(),
                new JsonObject().put("token", token).encode())) {
      passes(browser);
    }
  }

  @Test
  void aLinkLogsInWhereThereAreNoTokens() throws IOException {
    try (Aggregator open = Aggregator.start(folder)) {
      // The same as it runs with, but for the port, which it was to pick.
      Path config =
          Files.writeString(
              folder.resolve("link.json"),
              new JsonObject()
                  .put("aggregator", new JsonObject().put("network", "simulated"))
                  .put("http", new JsonObject().put("port", open.port()))
                  .encode());
      try (Program command =
          Program.heartbeat(folder, "login-link", "--config", config.toString())) {
        String hash = command.await("^" + open.url() + "/(#login=\\S+)$").group(1);
        try (Program browser =
            WebScript.start(
                "browser.mjs",
                "loginLink",
                open.url(),
                new JsonObject().put("hash", hash).encode())) {
          passes(browser);
        }
      }
    }
  }

  @Test
  void whatIsPublicNeedsNoTokenAndHidesWhatItIsTold() throws IOException {
    Path tokens = Files.writeString(folder.resolve("tokens"), "ops admin a-long-enough-token\n");
    try (Aggregator open =
            Aggregator.start(
                folder,
                new JsonObject()
                    .put("public", true)
                    .put("hide", new JsonArray().add("addresses").add("miners"))
                    .put("auth", new JsonObject().put("tokensFile", tokens.toString())));
        Program nodes = open.swarm(NODES, 5);
        Program browser =
            WebScript.start("browser.mjs", "openToAll", open.url(), facts().encode())) {
      nodes.await("connected=" + NODES);
      passes(browser);
    }
  }

  @Test
  void anAlertIsSeenAcknowledgedSilencedAndResolved() throws IOException {
    Path tokens = Files.writeString(folder.resolve("tokens"), "ops admin a-long-enough-token\n");
    JsonObject soon = new JsonObject().put("for", "1s");
    try (Aggregator watching =
        Aggregator.start(
            folder,
            new JsonObject()
                .put("public", true)
                .put("auth", new JsonObject().put("tokensFile", tokens.toString())),
            new JsonObject()
                .put("keepFiringFor", "1s")
                .put("rules", new JsonObject().put("NodeDisconnected", soon)))) {
      Path own = Files.createDirectories(folder.resolve("sender"));
      Files.writeString(
          own.resolve("config.json"),
          new JsonObject()
              .put(
                  "heartbeat",
                  new JsonObject().put("nickname", "alice").put("beatTarget", watching.target()))
              .put("chain", new JsonObject().put("source", "simulated"))
              .encode());
      JsonObject given = new JsonObject().put("token", "a-long-enough-token");
      try (Program sender = Program.heartbeat(own, "run");
          Program browser =
              WebScript.start("browser.mjs", "alertLife", watching.url(), given.encode())) {
        sender.await("^ready: sender");
        browser.await("seen: calm");
        sender.kill();
        browser.await("seen: silenced");
        try (Program again = Program.heartbeat(own, "run")) {
          again.await("^ready: sender");
          browser.await("seen: resolved");
          passes(browser);
        }
      }
    }
  }

  @Test
  void aHostileNameIsText() throws IOException {
    String name = "<img src=x onerror=alert(1)>";
    try (Aggregator open = Aggregator.start(folder)) {
      Path own = Files.createDirectories(folder.resolve("sender"));
      Path config =
          Files.writeString(
              own.resolve("config.json"),
              new JsonObject()
                  .put(
                      "heartbeat",
                      new JsonObject().put("nickname", name).put("beatTarget", open.target()))
                  .put("chain", new JsonObject().put("source", "simulated"))
                  .encode());
      try (Program sender = Program.heartbeat(own, "run", "--config", config.toString());
          Program browser =
              WebScript.start(
                  "browser.mjs",
                  "hostile",
                  open.url(),
                  new JsonObject().put("name", name).encode())) {
        sender.await("^ready: sender");
        passes(browser);
      }
    }
  }
}
