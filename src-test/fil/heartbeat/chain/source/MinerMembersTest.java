package fil.heartbeat.chain.source;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.chain.TipsetKey;
import fil.heartbeat.chain.source.RpcException.Kind;
import fil.heartbeat.config.Tell;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Money and proofs of a miner while its node answers some questions and others not. */
class MinerMembersTest {
  private static final Tell ALL = new Tell(true, true, true, true, true, true, true, true);
  private static final long SECOND = 1_000_000_000L;
  private static final long HEIGHT = 5_691_210;
  private static final String ACTOR = "Filecoin.StateGetActor";
  private static final String NONCE = "Filecoin.MpoolGetNonce";
  private static final String FAULTS = "Filecoin.StateMinerFaults";

  private final CannedNode node = CannedNode.lotus();
  private final Random random = new Random(7);
  private long now;
  private final RpcHeadMembers members =
      new RpcHeadMembers(node, ALL, List.of(), "n", () -> now, random::nextDouble, () -> {});

  @BeforeEach
  void begin() {
    members.onHead(
        new ChainHead(TipsetKey.EMPTY, HEIGHT, null, null, null, Instant.EPOCH, "100", 12), 1);
    members.miners(List.of("f01000"));
  }

  private void pass(long seconds) {
    for (long at = 0; at < seconds; at++) {
      now += SECOND;
      members.tick();
    }
  }

  private JsonObject told() {
    JsonObject reply = new JsonObject();
    members.addTo(
        reply, new ChainHead(TipsetKey.EMPTY, HEIGHT, null, null, null, Instant.EPOCH, "100", 12));
    return reply;
  }

  /** An entry of a list; empty without one. */
  private JsonObject of(String member, String address) {
    JsonArray list = told().getJsonArray(member, new JsonArray());
    return list.stream()
        .map(JsonObject.class::cast)
        .filter(each -> address.equals(each.getString("address", each.getString("miner"))))
        .findFirst()
        .orElseGet(JsonObject::new);
  }

  /** The chain goes on while the pool does not answer: the difference would be of two rounds. */
  @Test
  void theNumberOfMessagesIsOfOneRound() {
    pass(60);
    node.failures.put(NONCE, Kind.UNAVAILABLE);
    node.results.put(ACTOR, "{\"Nonce\":4212,\"Balance\":\"5230\"}");
    pass(900);
    JsonObject messages = of("pendingMessages", "f0502");
    assertThat(messages.getLong("count")).isEqualTo(2);
    assertThat(messages.getLong("nonce")).isEqualTo(4211);
    assertThat(messages.getLong("age")).isBetween(800L, 960L);
    assertThat(of("balances", "f0502").getLong("age")).isLessThan(400);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Filecoin.MpoolGetNonce|null|true|false",
        "Filecoin.MpoolGetNonce|-1|true|false",
        "Filecoin.StateGetActor|{\"Nonce\":-1,\"Balance\":\"5230\"}|true|false",
        "Filecoin.StateGetActor|{\"Balance\":\"5230\"}|true|false",
        "Filecoin.StateGetActor|{\"Nonce\":4211,\"Balance\":\"x\"}|false|true",
        "Filecoin.StateGetActor|{\"Nonce\":4211}|false|true"
      })
  void anOddAnswerDropsWhatItIsAboutAlone(
      String method, String result, boolean balance, boolean messages) {
    pass(60);
    node.results.put(method, result);
    pass(400);
    assertThat(!of("balances", "f0502").isEmpty()).isEqualTo(balance);
    assertThat(!of("pendingMessages", "f0502").isEmpty()).isEqualTo(messages);
    assertThat(told().getJsonObject("memberFailures").getLong("bad-answer")).isPositive();
  }

  /** Those of the deadline in place of those of the miner would look like new ones. */
  @ParameterizedTest
  @ValueSource(strings = {"NODE_ERROR", "UNAVAILABLE", "NO_METHOD"})
  void proofsGoWithoutTheFaultsOfAMinerThatAreNotKnown(Kind kind) {
    node.failures.put(FAULTS, kind);
    for (int minute = 0; minute < 30; minute++) {
      pass(60);
      assertThat(of("proving", "f01000").containsKey("faults")).isFalse();
      assertThat(minute == 0 || of("proving", "f01000").containsKey("unproven")).isTrue();
    }
    node.failures.remove(FAULTS);
    pass(1_200);
    assertThat(of("proving", "f01000").getLong("faults")).isEqualTo(5);
  }

  @Test
  void faultsAreToldForThreeOfTheirPeriods() {
    pass(600);
    node.failures.put(FAULTS, Kind.UNAVAILABLE);
    pass(1_100);
    assertThat(of("proving", "f01000").getLong("faults")).isEqualTo(5);
    pass(800);
    assertThat(of("proving", "f01000").containsKey("faults")).isFalse();
    assertThat(of("proving", "f01000").getInteger("unproven")).isEqualTo(1);
  }
}
