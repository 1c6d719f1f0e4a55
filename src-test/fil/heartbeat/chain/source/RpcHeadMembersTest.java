package fil.heartbeat.chain.source;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.chain.TipsetKey;
import fil.heartbeat.chain.source.RpcException.Kind;
import fil.heartbeat.config.Tell;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** All in virtual time: a tick is a second, and a node answers at once or never. */
class RpcHeadMembersTest {
  private static final Tell ALL = new Tell(true, true, true, true, true, true, true, true);
  private static final long SECOND = 1_000_000_000L;
  private static final long HEIGHT = 5_691_210;

  /** Which member goes missing when a method gives no answer. */
  private static final Map<String, String> MEMBERS =
      Map.ofEntries(
          Map.entry("Filecoin.Version", "version"),
          Map.entry("Filecoin.StartTime", "startTime"),
          Map.entry("Filecoin.StateNetworkVersion", "networkVersion"),
          Map.entry("Filecoin.StateGetNetworkParams", "upgrades"),
          Map.entry("Filecoin.ChainGetFinalizedTipSet", "finalized"),
          Map.entry("Filecoin.NodeStatus", "peers"),
          Map.entry("Filecoin.StateGetActor", "pendingMessages"),
          Map.entry("Filecoin.MpoolGetNonce", "pendingMessages"),
          Map.entry("Filecoin.StateMinerInfo", "pendingMessages"),
          Map.entry("Filecoin.StateMinerProvingDeadline", "proving"),
          Map.entry("Filecoin.StateMinerDeadlines", "proving"),
          Map.entry("Filecoin.StateMinerPartitions", "proving"));

  private final CannedNode node = CannedNode.lotus();
  private final Random random = new Random(7);
  private long now;

  private RpcHeadMembers members(Tell tell, List<String> wallets) {
    RpcHeadMembers members =
        new RpcHeadMembers(node, tell, wallets, "n", () -> now, random::nextDouble, () -> {});
    members.onHead(head(HEIGHT), 1);
    return members;
  }

  private static ChainHead head(long height) {
    return head(height, null);
  }

  private static ChainHead head(long height, @Nullable String genesis) {
    return new ChainHead(TipsetKey.EMPTY, height, genesis, null, null, Instant.EPOCH, "100", 12);
  }

  private void pass(RpcHeadMembers members, long seconds) {
    for (long at = 0; at < seconds; at++) {
      now += SECOND;
      members.tick();
    }
  }

  private static JsonObject told(RpcHeadMembers members) {
    return told(members, HEIGHT);
  }

  private static JsonObject told(RpcHeadMembers members, long height) {
    return told(members, head(height));
  }

  private static JsonObject told(RpcHeadMembers members, ChainHead head) {
    JsonObject reply = new JsonObject();
    members.addTo(reply, head);
    return reply;
  }

  /** A proxy may go on to the node before on the connection that is there. */
  @Test
  void afterAReconnectAndOfAnotherChainTheMembersAreAskedOnANewConnection() {
    RpcHeadMembers members = members(ALL, List.of());
    members.onHead(head(HEIGHT, "one"), 1);
    assertThat(node.renewed).isZero();
    members.onHead(head(HEIGHT, "one"), 2);
    assertThat(node.renewed).isEqualTo(1);
    members.onHead(head(HEIGHT, "other"), 2);
    assertThat(node.renewed).isEqualTo(2);
  }

  @Test
  void aQuestionIsLoggedInWords() {
    assertThat(new Question(Question.Topic.UPGRADES, "").label()).isEqualTo("upgrades");
    assertThat(new Question(Question.Topic.PROVING, "f01000").label())
        .isEqualTo("proving of f01000");
    assertThat(new Question(Question.Topic.MINER_INFO, "f01000").label())
        .isEqualTo("miner info of f01000");
  }

  @Test
  void aLotusNodeWithAMinerTellsAllMembers() {
    RpcHeadMembers members = members(ALL, List.of("f0777"));
    members.miners(List.of("f01000"));
    pass(members, 40);
    JsonObject told = told(members);
    assertThat(told.getString("client")).isEqualTo("lotus");
    assertThat(told.getString("version")).isEqualTo("1.36.0+mainnet");
    assertThat(told.getString("startTime")).isEqualTo("2026-01-20T08:00:00Z");
    assertThat(told.getInteger("networkVersion")).isEqualTo(27);
    assertThat(told.getJsonArray("upgrades"))
        .isEqualTo(
            new JsonArray(
                "[{\"name\":\"Passed\",\"height\":5000000},"
                    + "{\"name\":\"FireHorse\",\"height\":6052800}]"));
    assertThat(told.getJsonObject("finalized"))
        .isEqualTo(
            new JsonObject().put("height", 5691145L).put("key", "{ " + CannedNode.CID + " }"));
    assertThat(told.getLong("peers")).isEqualTo(85);
    assertThat(told.getString("baseFee")).isEqualTo("100");
    assertThat(told.getInteger("rpcMillis")).isEqualTo(12);
    assertThat(told.getJsonArray("balances").stream())
        .extracting(each -> ((JsonObject) each).getString("role"))
        .containsExactlyInAnyOrder("worker", "control", "owner", "miner", "other");
    JsonObject proving = told.getJsonArray("proving").getJsonObject(0);
    assertThat(proving.getInteger("deadline")).isEqualTo(12);
    assertThat(proving.getInteger("partitions")).isEqualTo(2);
    assertThat(proving.getInteger("unproven")).isEqualTo(1);
    assertThat(proving.getLong("faults")).isEqualTo(5);
    assertThat(proving.getLong("recovering")).isEqualTo(2);
    JsonObject waits = told.getJsonArray("pendingMessages").getJsonObject(0);
    assertThat(waits.getInteger("count")).isEqualTo(2);
    assertThat(waits.getLong("nonce")).isEqualTo(4211);
    assertThat(told.containsKey("memberFailures")).isFalse();
  }

  @Test
  void nothingIsAskedForAMemberThatIsOff() {
    pass(members(new Tell(false, false, false, false, true, false, false, false), List.of()), 60);
    assertThat(node.asked).isEmpty();
    RpcHeadMembers open = members(Tell.DEFAULT, List.of("f0777"));
    open.miners(List.of("f01000"));
    pass(open, 60);
    assertThat(node.asked)
        .noneMatch(method -> method.contains("Miner") || method.contains("Actor"));
    pass(members(Tell.NONE, List.of()), 60);
  }

  @ParameterizedTest
  @CsvSource({"lotus,true,lotus", "lotus,false,gateway", "forest,true,forest", ",true,venus"})
  void clientsAreKnownByAgentAndSyncState(String agent, boolean syncState, String client) {
    node.results.put(
        "Filecoin.Version",
        agent == null ? "{\"Version\":\"1\"}" : "{\"Version\":\"1\",\"Agent\":\"" + agent + "\"}");
    node.results.remove("Filecoin.StartTime");
    if (!syncState) {
      node.results.remove("Filecoin.SyncState");
    }
    RpcHeadMembers members = members(ALL, List.of());
    pass(members, 15);
    assertThat(told(members).getString("client")).isEqualTo(client);
  }

  @Test
  void venusFinalityComesFromACertificateAndForestsPeersFromItsOwnMethod() {
    node.results.remove("Filecoin.ChainGetFinalizedTipSet");
    node.results.put(
        "Filecoin.F3GetLatestCertificate",
        "{\"ECChain\":[{\"Key\":[],\"Epoch\":1},{\"Key\":[{\"/\":\""
            + CannedNode.CID
            + "\"}],\"Epoch\":7}]}");
    node.results.put("Forest.NetInfo", "{\"num_peers\":64}");
    RpcHeadMembers members = members(ALL, List.of());
    pass(members, 15);
    assertThat(told(members).getJsonObject("finalized").getLong("height")).isEqualTo(7);
    node.results.put("Filecoin.Version", "{\"Version\":\"1\",\"Agent\":\"forest\"}");
    pass(members, 900);
    assertThat(told(members).getLong("peers")).isEqualTo(64);
    assertThat(node.asked.stream().filter("Filecoin.ChainGetFinalizedTipSet"::equals).count())
        .isLessThanOrEqualTo(3);
  }

  /** lotus logs an error for each method that it does not have. */
  @Test
  void aNodeWithPeersIsNeverAskedByTheMethodOfForest() {
    pass(members(new Tell(false, false, false, true, false, false, false, false), List.of()), 900);
    assertThat(node.asked).contains("Filecoin.NodeStatus").doesNotContain("Forest.NetInfo");
  }

  @Test
  void forestIsAskedByItsOwnMethodAlsoWhileItIsNotKnown() {
    node.results.put(
        "Filecoin.NodeStatus",
        "{\"PeerStatus\":{\"PeersToPublishMsgs\":0,\"PeersToPublishBlocks\":0}}");
    RpcHeadMembers members =
        members(new Tell(false, false, false, true, false, false, false, false), List.of());
    pass(members, 15);
    assertThat(told(members).getLong("peers")).isZero();
    node.results.put("Forest.NetInfo", "{\"numPeers\":64}");
    pass(members, 900);
    assertThat(told(members).getLong("peers")).isEqualTo(64);
  }

  static Stream<Arguments> oddAnswers() {
    List<String> results =
        List.of(
            "null",
            "true",
            "[]",
            "{}",
            "\"x\"",
            "-1",
            "1.5",
            "[null]",
            "{\"a\":[1]}",
            "[[1]]",
            "99999999999999999999999",
            "[{\"PostSubmissions\":\"x\"}]");
    return MEMBERS.keySet().stream()
        .sorted()
        .flatMap(method -> results.stream().map(result -> Arguments.of(method, result)))
        // Those are good answers of these methods: no partitions.
        .filter(
            each ->
                !each.get()[0].equals("Filecoin.StateMinerPartitions")
                    || !List.of("null", "[]").contains(each.get()[1]))
        .filter(
            each ->
                !each.get()[0].equals("Filecoin.StateNetworkVersion")
                    || !"1".equals(each.get()[1]));
  }

  @ParameterizedTest
  @MethodSource("oddAnswers")
  void anOddAnswerIsAMissingMemberAndACountedReason(String method, String result) {
    node.results.put(method, result);
    RpcHeadMembers members = members(ALL, List.of());
    members.miners(List.of("f01000"));
    pass(members, 35);
    assertMissing(members, method, "bad-answer");
  }

  static Stream<Arguments> failures() {
    return MEMBERS.keySet().stream()
        .sorted()
        .flatMap(method -> Stream.of(Kind.values()).map(kind -> Arguments.of(method, kind)))
        .filter(each -> each.get()[1] != Kind.RATE_LIMITED);
  }

  @ParameterizedTest
  @MethodSource("failures")
  void aFailureIsAMissingMemberAndACountedReason(String method, Kind kind) {
    node.failures.put(method, kind);
    RpcHeadMembers members = members(ALL, List.of());
    members.miners(List.of("f01000"));
    pass(members, 35);
    assertMissing(members, method, kind.label());
  }

  private static void assertMissing(RpcHeadMembers members, String method, String reason) {
    JsonObject told = told(members);
    String missing = MEMBERS.getOrDefault(method, "");
    assertThat(told.containsKey(missing)).isFalse();
    assertThat(told.getJsonObject("memberFailures").fieldNames()).containsExactly(reason);
    assertThat(MEMBERS.values().stream().distinct().filter(told::containsKey))
        .hasSizeGreaterThanOrEqualTo(5);
  }

  @Test
  void oneFailureOfOneMethodIsCountedOnce() {
    node.failures.put("Filecoin.NodeStatus", Kind.UNAVAILABLE);
    RpcHeadMembers members = members(Tell.DEFAULT, List.of());
    pass(members, 40);
    assertThat(told(members).getJsonObject("memberFailures").getInteger("unavailable"))
        .isEqualTo(1);
  }

  @Test
  void aQuestionWithoutAnAnswerKeepsWhatIsKnownAndNothingElseIsAskedBesideIt() {
    RpcHeadMembers members = members(Tell.DEFAULT, List.of());
    pass(members, 20);
    assertThat(told(members).getLong("peers")).isEqualTo(85);
    node.silent.add("Filecoin.NodeStatus");
    pass(members, 100);
    int asked = node.asked.size();
    pass(members, 50);
    assertThat(node.asked).hasSize(asked);
    assertThat(told(members).getString("baseFee")).isEqualTo("100");
    assertThat(told(members).containsKey("peers")).isTrue();
    pass(members, 200);
    assertThat(told(members).containsKey("peers")).isFalse();
    assertThat(told(members).getString("version")).isNotNull();
  }

  @Test
  void nothingIsAskedWithoutAHeadAndWhileTheNodeLimitsRequests() {
    RpcHeadMembers members = members(Tell.DEFAULT, List.of());
    members.onNoHead(new RpcException(Kind.UNAVAILABLE, "down"));
    pass(members, 60);
    assertThat(node.asked).isEmpty();
    members.onNoHead(new RpcException(Kind.RATE_LIMITED, "429"));
    members.onHead(head(HEIGHT), 1);
    pass(members, 59);
    assertThat(node.asked).isEmpty();
    pass(members, 20);
    assertThat(node.asked).isNotEmpty();
  }

  /** Releases before 2025-03. */
  @Test
  void anOldLotusHasNoAgent() {
    node.results.put(
        "Filecoin.Version",
        "{\"Version\":\"1.28.1+mainnet\",\"APIVersion\":131840,\"BlockDelay\":30}");
    RpcHeadMembers members = members(Tell.DEFAULT, List.of());
    pass(members, 40);
    assertThat(told(members).getString("client")).isEqualTo("lotus");
    node.results.put("Filecoin.Version", "{\"Version\":\"1.20.0\",\"APIVersion\":131840}");
    RpcHeadMembers venus = members(Tell.DEFAULT, List.of());
    pass(venus, 40);
    assertThat(told(venus).getString("client")).isEqualTo("venus");
  }

  @Test
  void theNonceOfAnOwnerIsNotAsked() {
    RpcHeadMembers members = members(ALL, List.of());
    members.miners(List.of("f01000"));
    pass(members, 60);
    assertThat(told(members).getJsonArray("pendingMessages").stream())
        .extracting(each -> ((JsonObject) each).getString("address"))
        .containsExactlyInAnyOrder("f0502", "f0503");
  }

  @Test
  void aReconnectAsksForTheVersionAgain() {
    RpcHeadMembers members = members(Tell.DEFAULT, List.of());
    pass(members, 120);
    node.asked.clear();
    members.onHead(head(HEIGHT), 2);
    pass(members, 12);
    assertThat(node.asked)
        .contains("Filecoin.Version", "Filecoin.StartTime")
        .contains("Filecoin.StateNetworkVersion", "Filecoin.StateGetNetworkParams");
  }

  /** A proxy before a node that is upgraded keeps its connections. */
  @ParameterizedTest
  @CsvSource({
    "Filecoin.Version,'{\"Version\":\"1.37.0\",\"Agent\":\"lotus\"}',28",
    "Filecoin.StartTime,'\"2026-02-20T09:00:00Z\"',28",
    "Filecoin.Version,'{\"Version\":\"1.36.0+mainnet\",\"Agent\":\"lotus\"}',27"
  })
  void anotherReleaseOrStartAsksForTheUpgradesAgain(String method, String result, int version) {
    RpcHeadMembers members = members(Tell.DEFAULT, List.of());
    pass(members, 20);
    node.results.put(method, result);
    node.results.put("Filecoin.StateNetworkVersion", "28");
    node.asked.clear();
    pass(members, 620);
    assertThat(told(members).getInteger("networkVersion")).isEqualTo(version);
    assertThat(node.asked.contains("Filecoin.StateGetNetworkParams")).isEqualTo(version == 28);
  }

  @ParameterizedTest
  @EnumSource(
      value = Kind.class,
      names = {"RATE_LIMITED", "UNAVAILABLE", "NOT_AUTHORISED", "TLS", "MOVED", "WRONG_PATH"})
  void aQuestionEndsWhenTheNodeAnswersNothing(Kind kind) {
    node.failures.put("Filecoin.StateGetActor", kind);
    node.failures.put("Filecoin.Version", kind);
    node.failures.put("Filecoin.StateNetworkVersion", kind);
    RpcHeadMembers members = members(ALL, List.of("f0777", "f0778"));
    members.miners(List.of("f01000"));
    pass(members, 45);
    assertThat(node.asked)
        .doesNotContain("Filecoin.StartTime", "Filecoin.StateGetNetworkParams")
        .doesNotContain("Filecoin.MpoolGetNonce");
    assertThat(told(members).getJsonObject("memberFailures").getInteger(kind.label()))
        .isEqualTo(node.asked.stream().filter(node.failures::containsKey).count());
    assertThat(node.asked.stream().filter("Filecoin.StateGetActor"::equals).count())
        .isLessThanOrEqualTo(2);
  }

  @Test
  void theClientIsUnknownWhenThatWhichShowsItIsNotAnswered() {
    node.failures.put("Filecoin.StartTime", Kind.UNAVAILABLE);
    RpcHeadMembers members = members(Tell.DEFAULT, List.of());
    pass(members, 20);
    assertThat(told(members).getString("version")).isNotNull();
    assertThat(told(members).containsKey("client")).isFalse();
    assertThat(node.asked).containsOnlyOnce("Filecoin.StartTime");
  }

  @Test
  void aQuestionEndsWhenTheHeadMeetsALimitAndIsAskedAgainAfterIt() {
    node.silent.add("Filecoin.StateGetActor");
    RpcHeadMembers members = members(ALL, List.of());
    members.miners(List.of("f01000"));
    pass(members, 60);
    members.onNoHead(new RpcException(Kind.RATE_LIMITED, "429"));
    node.asked.clear();
    node.release();
    pass(members, 5);
    members.onHead(head(HEIGHT), 1);
    pass(members, 50);
    assertThat(node.asked).isEmpty();
    assertThat(told(members).containsKey("memberFailures")).isFalse();
    pass(members, 20);
    assertThat(node.asked).contains("Filecoin.StateGetActor", "Filecoin.MpoolGetNonce");
  }

  @Test
  void anotherChainBehindTheSameUrlTellsNothingOfTheFirst() {
    RpcHeadMembers members = members(ALL, List.of());
    members.onHead(head(HEIGHT, "first"), 1);
    members.miners(List.of("f01000"));
    pass(members, 60);
    assertThat(told(members, head(HEIGHT, "first")).fieldNames())
        .contains("version", "finalized", "upgrades", "proving", "balances");
    node.silent.add("Filecoin.NodeStatus");
    pass(members, 70);
    node.asked.clear();
    members.onHead(head(7, "second"), 1);
    assertThat(told(members, head(7, "second")).fieldNames())
        .containsExactlyInAnyOrder("baseFee", "rpcMillis");
    node.release();
    assertThat(told(members, head(7, "second")).fieldNames())
        .containsExactlyInAnyOrder("baseFee", "rpcMillis");
    pass(members, 60);
    assertThat(told(members, head(7, "second")).fieldNames())
        .contains("version", "finalized", "upgrades", "peers", "balances");
  }

  @Test
  void whileItIsNotKnownWhichChainAnswersNothingIsTold() {
    RpcHeadMembers members = members(Tell.DEFAULT, List.of());
    members.onHead(head(HEIGHT, "first"), 1);
    pass(members, 20);
    members.onHead(head(7, null), 2);
    assertThat(told(members, head(7, null)).fieldNames())
        .containsExactlyInAnyOrder("baseFee", "rpcMillis");
    members.onHead(head(HEIGHT, "first"), 2);
    assertThat(told(members, head(HEIGHT, "first")).fieldNames()).contains("version", "finalized");
  }

  @Test
  void theDeadlineMovesOnWithTheHeightAndIsThenAskedFor() {
    RpcHeadMembers members = members(ALL, List.of());
    members.miners(List.of("f01000"));
    pass(members, 40);
    JsonObject next = told(members, 5_691_330).getJsonArray("proving").getJsonObject(0);
    assertThat(next.getInteger("deadline")).isEqualTo(14);
    assertThat(next.getLong("open")).isEqualTo(5_691_320);
    assertThat(next.getLong("close")).isEqualTo(5_691_380);
    assertThat(next.getInteger("unproven")).isEqualTo(2);
    node.asked.clear();
    members.onHead(head(5_691_330), 1);
    pass(members, 12);
    assertThat(node.asked).contains("Filecoin.StateMinerProvingDeadline");
  }

  @Test
  void aDayOfQuestionsStaysWithinItsBounds() {
    RpcHeadMembers members = members(Tell.DEFAULT, List.of());
    day(members);
    int plain = node.asked.size();
    assertThat(plain).isBetween(2_500, 4_000);
    node.asked.clear();
    node.results.put(
        "Filecoin.StateMinerInfo",
        "{\"Owner\":\"f0501\",\"Worker\":\"f0502\",\"ControlAddresses\":[\"f0503\",\"f0504\"]}");
    RpcHeadMembers all = members(ALL, List.of());
    all.miners(List.of("f01000"));
    day(all);
    System.out.println("requests a day: " + plain + ", per miner " + (node.asked.size() - plain));
    assertThat(node.asked.size() - plain).isBetween(2_500, 4_000);
  }

  private void day(RpcHeadMembers members) {
    for (long second = 0; second < 86_400; second++) {
      now += SECOND;
      if (second % 30 == 0) {
        long height = HEIGHT + second / 30;
        long open = 5_690_480 + Math.floorDiv(height - 5_690_480, 60) * 60;
        node.results.put(
            "Filecoin.StateMinerProvingDeadline",
            "{\"PeriodStart\":5690480,\"Index\":12,\"Open\":"
                + open
                + ",\"Close\":"
                + (open + 60)
                + "}");
        members.onHead(head(height), 1);
      }
      members.tick();
    }
  }
}
