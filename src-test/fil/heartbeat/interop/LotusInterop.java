package fil.heartbeat.interop;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.chain.Network;
import fil.heartbeat.chain.source.ChainHeadVerticle;
import fil.heartbeat.config.ChainConfig;
import fil.heartbeat.testing.CanIgnoreReturnValue;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.WebClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Our sender beside a lotus node and its miner, as a storage provider runs them. */
class LotusInterop {
  @TempDir private static Path shared;
  private static Aggregator aggregator;

  private final Vertx vertx = Vertx.vertx();
  private final WebClient client = WebClient.create(vertx);
  @TempDir private Path folder;
  private Lotus lotus;

  @BeforeAll
  static void startAggregator() throws IOException {
    aggregator = Aggregator.startOn(shared, "mainnet");
  }

  @AfterAll
  static void endAggregator() {
    aggregator.close();
  }

  @BeforeEach
  void startLotus() {
    lotus = Lotus.start(folder);
  }

  @AfterEach
  void end() {
    lotus.close();
    client.close();
    Wait.on(vertx.close());
  }

  /** A sender that beats each second to the aggregator and to the other targets. */
  private Program sender(
      String nickname, Map<String, String> environment, JsonObject chain, String... others)
      throws IOException {
    JsonArray targets = new JsonArray();
    Stream.concat(Stream.of(aggregator.target()), Stream.of(others))
        .forEach(target -> targets.add(new JsonObject().put("beatTarget", target)));
    JsonObject config =
        new JsonObject()
            .put(
                "heartbeat",
                new JsonObject()
                    .put("nickname", nickname)
                    .put("beatPeriod", "1s")
                    .put("targets", targets))
            .put("chain", chain);
    Path file = Files.writeString(folder.resolve("config.json"), config.encode());
    return Program.heartbeat(folder, environment, "run", "--config", file.toString());
  }

  private JsonObject byUrl(String path) {
    return new JsonObject().put("url", lotus.url() + path);
  }

  /** What the API shows of a node, once it is as wanted. */
  @CanIgnoreReturnValue
  private JsonObject await(String nickname, String what, Predicate<JsonObject> wanted) {
    return Wait.until(vertx, what, () -> node(nickname).filter(wanted), () -> node(nickname));
  }

  private Optional<JsonObject> node(String nickname) {
    JsonArray nodes =
        Wait.on(client.getAbs(aggregator.url() + "/api/v1/nodes").send())
            .bodyAsJsonObject()
            .getJsonArray("nodes");
    return IntStream.range(0, nodes.size())
        .mapToObj(nodes::getJsonObject)
        .filter(node -> nickname.equals(node.getString("nickname")))
        .findFirst();
  }

  private static boolean hasHead(JsonObject node) {
    return !node.getJsonArray("head").isEmpty();
  }

  /** Its head is of the epoch that the clock is in, or of the one before. */
  private static boolean isOnTime(JsonObject node) {
    return hasHead(node)
        && node.getLong("height") >= Network.MAINNET.clock().epochAt(Instant.now()) - 1;
  }

  @Test
  void itNeedsNothingButTheEnvironmentOfAMiner() throws IOException {
    try (Peer old = Stack.GO.start("old-listen");
        Program sender = sender("unchanged", lotus.apiInfo(), new JsonObject(), old.address())) {
      sender.await("^ready: sender");
      JsonObject node =
          await(
              "unchanged",
              "on time, with its miner, and judged",
              shown ->
                  isOnTime(shown)
                      && Lotus.MINER.equals(shown.getString("minerAddress"))
                      && shown.getString("chain").equals("ok"));
      assertThat(node.getString("network")).isEqualTo("mainnet");
      assertThat(node.getJsonArray("head")).hasSize(5);
      JsonObject taken =
          old.await(
              event -> event.getString("event").equals("taken") && minerOf(event).isPresent(),
              "a beat with the miner, taken by the decoders of older aggregators");
      assertThat(minerOf(taken)).contains(Lotus.MINER);
      assertThat(taken.getJsonObject("2019").getString("Head")).startsWith("{ bafy");
      assertThat(taken.getJsonObject("2019").getLong("Height")).isPositive();
      assertThat(taken.getJsonObject("later").getJsonObject("GenesisCID").getString("/"))
          .isEqualTo(Network.MAINNET.genesisCid().toString());
      assertThat(taken.getInteger("inConsensus")).isEqualTo(1);
    }
  }

  private static Optional<String> minerOf(JsonObject taken) {
    return Optional.of(taken.getJsonObject("later").getString("MinerAddress"))
        .filter(address -> address.startsWith("f"));
  }

  @Test
  void whatItsNodesAnswerIsInTheApiTheMetricsAndThePage() throws IOException {
    Map<String, String> environment = new HashMap<>(lotus.apiInfo());
    for (String flag : List.of("BALANCES", "PROVING", "MESSAGES")) {
      environment.put("FIL_HEARTBEAT__HEARTBEAT__TELL__" + flag, "true");
    }
    try (Program sender = sender("outspoken", environment, new JsonObject())) {
      sender.await("^ready: sender");
      JsonObject node =
          await(
              "outspoken",
              "with all that lotus and its miner answer",
              shown ->
                  shown.getValue("finalized") != null
                      && shown.getValue("peers") != null
                      && shown.getValue("version") != null
                      && shown.getValue("upgrades") != null
                      && shown.getValue("balances") instanceof JsonArray all
                      && all.size() == 4
                      && shown.getValue("proving") != null
                      && shown.getValue("pendingMessages") != null);
      assertThat(node.getString("client")).isEqualTo("lotus");
      assertThat(node.getString("version")).isEqualTo("1.36.0+mainnet+git.154c0c3a4");
      assertThat(node.getInteger("networkVersion")).isEqualTo(28);
      assertThat(node.getInteger("peers")).isEqualTo(87);
      assertThat(node.getInteger("finalityLag")).isBetween(3, 7);
      assertThat(node.getJsonObject("finalized").getJsonArray("head")).isNotEmpty();
      assertThat(texts(node.getJsonArray("upgrades"), "name")).contains("FireHorse");
      assertThat(texts(node.getJsonArray("balances"), "role"))
          .containsExactlyInAnyOrder("owner", "worker", "control", "miner");
      assertThat(texts(node.getJsonArray("balances"), "attoFil"))
          .contains("50000000000000000000", "7000000000000000000");
      assertThat(node.getJsonArray("proving").getJsonObject(0).getString("miner"))
          .isEqualTo(Lotus.MINER);
      assertThat(node.getJsonArray("proving").getJsonObject(0).getInteger("partitions"))
          .isEqualTo(3);
      String peer = "{peer_id=\"" + node.getString("peerId") + "\"} ";
      String metrics = Wait.on(client.getAbs(aggregator.url() + "/metrics").send()).bodyAsString();
      assertThat(metrics)
          .contains("fil_heartbeat_node_peers" + peer + "87")
          .contains("fil_heartbeat_node_finality_lag_epochs" + peer)
          .contains("client=\"lotus\",peer_id=\"" + node.getString("peerId"))
          .contains("version=\"1.36.0+mainnet+git.154c0c3a4\"");
      JsonObject expected =
          new JsonObject()
              .put("nickname", "outspoken")
              .put("client", "lotus")
              .put("release", "1.36.0")
              .put("version", node.getString("version"))
              .put("peers", 87);
      try (Program browser =
          WebScript.start("browser.mjs", "answers", aggregator.url(), expected.encode())) {
        browser.await("seen: done");
      }
    }
  }

  private static List<String> texts(JsonArray of, String member) {
    return IntStream.range(0, of.size())
        .mapToObj(each -> of.getJsonObject(each).getString(member))
        .toList();
  }

  @Test
  void aTokenThatMayNotReadIsSaidAndOneThatMayIsTakenFromTheSameFile() throws IOException {
    Path token = Files.writeString(folder.resolve("read.token"), lotus.token("sign"));
    try (Program sender =
        sender("signs", Map.of(), byUrl("/rpc/v1").put("tokenFile", token.toString()))) {
      sender.await(
          "WARN.*missing permission to invoke 'ChainHead' \\(need 'read'\\).*"
              + "lotus auth create-token --perm read.*read\\.token");
      JsonObject node = await("signs", "without a head", JsonObject.class::isInstance);
      assertThat(hasHead(node)).isFalse();
      Path next = Files.writeString(folder.resolve("next.token"), lotus.token("read"));
      Files.move(next, token, StandardCopyOption.ATOMIC_MOVE);
      sender.await("chain head recovered");
      await("signs", "on time", LotusInterop::isOnTime);
    }
  }

  @Test
  void aRefusalOfLotusIsNotAuthorisedOnTheBus() throws IOException {
    Path token = Files.writeString(folder.resolve("read.token"), lotus.token("sign"));
    ChainConfig config =
        new ChainConfig(
            ChainConfig.Source.RPC,
            lotus.url() + "/rpc/v1",
            Optional.empty(),
            Optional.of(token),
            ChainConfig.POLL_PERIOD,
            1);
    Wait.on(vertx.deployVerticle(new ChainHeadVerticle(config, "head")));
    Wait.until(
        vertx,
        "not authorised",
        () -> Optional.of(failureCode()).filter(code -> code == 3),
        this::failureCode);
    Files.writeString(token, lotus.token("read"));
    Wait.until(
        vertx,
        "a head",
        () -> Optional.of(failureCode()).filter(code -> code == 0),
        this::failureCode);
  }

  /** 0 for a head. */
  private int failureCode() {
    return Wait.on(
        vertx
            .eventBus()
            .request("head", null)
            .map(0)
            .recover(
                failure ->
                    Future.succeededFuture(
                        failure instanceof ReplyException reply ? reply.failureCode() : -1)));
  }

  @Test
  void aWrongPathSaysWhichOnesThereAre() throws IOException {
    try (Program sender = sender("astray", Map.of(), byUrl("/rpc/v3"))) {
      sender.await("WARN.*HTTP 404 from .*full node /rpc/v1, miner and Curio /rpc/v0");
    }
  }

  @Test
  void aRestartWithOtherPortsAndTokensIsFollowedByTheRepos() throws IOException {
    Map<String, String> repos =
        Map.of(
            "LOTUS_PATH", lotus.repo().toString(),
            "LOTUS_MINER_PATH", lotus.minerRepo().toString());
    try (Program sender = sender("follows", repos, new JsonObject())) {
      sender.await("^ready: sender");
      await(
          "follows",
          "on time, with its miner",
          shown -> isOnTime(shown) && Lotus.MINER.equals(shown.getString("minerAddress")));
      lotus.restart();
      // A height that only the one that came back tells.
      long held = Network.MAINNET.clock().epochAt(Instant.now()) - 40;
      lotus.set(new JsonObject().put("height", held));
      await("follows", "at " + held, shown -> shown.getLong("height") == held);
    }
  }
}
