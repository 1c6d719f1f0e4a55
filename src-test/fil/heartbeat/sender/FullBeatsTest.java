package fil.heartbeat.sender;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.config.Tell;
import fil.heartbeat.wire.Extras;
import fil.heartbeat.wire.Heartbeat;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FullBeatsTest {
  private static final long SECOND = 1_000_000_000L;
  private static final Tell ALL = new Tell(true, true, true, true, true, true, true, true);
  private static final String CID =
      "bafy2bzacecnamqgqmifpluoeldx7zzglxcljo6oja4vrmtj7432rphldpdmm2";

  private final FullBeats beats = new FullBeats();

  private static Heartbeat beat(int peers, int millis, int age) {
    Extras extras =
        new Extras.Builder()
            .peers(peers)
            .rpcMillis(millis)
            .pendingMessages(List.of(new Extras.Pending("f0502", 1, 7, age)))
            .build();
    return new Heartbeat("{ }", 1, "n", "", null, null).with(extras);
  }

  private boolean isFull(Heartbeat beat, long connection, long seconds) {
    return !beats.next(beat, connection, seconds * SECOND).extras().isNone();
  }

  @Test
  void aBeatIsFullAtFirstOnAChangeAndEach30Seconds() {
    assertThat(isFull(beat(5, 1, 0), 1, 0)).isTrue();
    assertThat(isFull(beat(5, 9, 3), 1, 3)).isFalse();
    assertThat(isFull(beat(6, 9, 6), 1, 6)).isTrue();
    assertThat(isFull(beat(6, 9, 35), 1, 35)).isFalse();
    assertThat(isFull(beat(6, 9, 36), 1, 36)).isTrue();
    assertThat(isFull(beat(6, 9, 37), 2, 37)).isTrue();
  }

  @Test
  void aBeatWithoutMembersStaysSo() {
    Heartbeat plain = new Heartbeat("{ }", 1, "n", "", null, null);
    assertThat(beats.next(plain, 1, 0)).isEqualTo(plain);
    assertThat(isFull(beat(5, 1, 0), 1, 3)).isTrue();
  }

  private static JsonObject whole() {
    return new JsonObject()
        .put("client", "lotus")
        .put("version", "1.36.0")
        .put("startTime", "2026-01-20T08:00:00Z")
        .put("networkVersion", 27)
        .put("upgrades", new JsonArray("[{\"name\":\"FireHorse\",\"height\":6052800}]"))
        .put("finalized", new JsonObject().put("height", 7).put("key", "{ " + CID + " }"))
        .put("peers", 85)
        .put("baseFee", "100")
        .put("rpcMillis", 12)
        .put(
            "balances",
            new JsonArray(
                "[{\"address\":\"f0502\",\"role\":\"worker\",\"attoFIL\":\"5\",\"age\":1}]"))
        .put(
            "proving",
            new JsonArray(
                "[{\"miner\":\"f01\",\"deadline\":12,\"open\":1,\"close\":61,\"partitions\":3,"
                    + "\"unproven\":1,\"faults\":0,\"recovering\":0,\"age\":9}]"))
        .put(
            "pendingMessages",
            new JsonArray("[{\"address\":\"f0502\",\"count\":2,\"nonce\":4211,\"age\":40}]"));
  }

  @Test
  void allMembersAreRead() {
    Extras read = MemberReading.of(whole(), ALL);
    assertThat(read.odd()).isEmpty();
    assertThat(read.client()).isEqualTo("lotus");
    assertThat(read.finalized()).isEqualTo(new Extras.Finalized(7, "{ " + CID + " }"));
    assertThat(read.proving()).hasSize(1);
    assertThat(read.balances()).hasSize(1);
    assertThat(read.pendingMessages()).hasSize(1);
  }

  @Test
  void aMemberThatIsOffIsNotSent() {
    Extras read = MemberReading.of(whole(), Tell.DEFAULT);
    assertThat(read.balances()).isEmpty();
    assertThat(read.proving()).isEmpty();
    assertThat(read.pendingMessages()).isEmpty();
    assertThat(MemberReading.of(whole(), Tell.NONE).isNone()).isTrue();
  }

  /** What an aggregator would leave out of a beat is not sent. */
  @Test
  void aDeadlineThatClosesBeforeItOpensIsOdd() {
    JsonObject answer = whole();
    answer.getJsonArray("proving").getJsonObject(0).put("close", 1);
    assertThat(MemberReading.of(answer, ALL).odd()).containsExactly("proving");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "client",
        "version",
        "startTime",
        "networkVersion",
        "upgrades",
        "finalized",
        "peers",
        "baseFee",
        "rpcMillis",
        "balances",
        "proving",
        "pendingMessages"
      })
  void anOddMemberIsLeftOutAlone(String member) {
    List<Object> odd =
        List.of(
            true, -1, 1.5, "", "x".repeat(200), new JsonObject(), new JsonArray("[1]"), "\u0000");
    for (Object value : odd) {
      if (value.equals("\u0000") && List.of("client", "version").contains(member)) {
        continue;
      }
      Extras read = MemberReading.of(whole().put(member, value), ALL);
      assertThat(read.odd()).containsExactly(member);
      assertThat(read.isNone()).isFalse();
    }
  }
}
