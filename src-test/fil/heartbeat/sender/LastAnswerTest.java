package fil.heartbeat.sender;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.config.Tell;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What was read before changes nothing of what is read now. */
class LastAnswerTest {
  private static final Instant NOW = Instant.parse("2026-11-30T12:00:00Z");
  private static final Tell ALL = new Tell(true, true, true, true, true, true, true, true);
  private static final String CID =
      "bafy2bzacecnamqgqmifpluoeldx7zzglxcljo6oja4vrmtj7432rphldpdmm2";
  private static final String OTHER =
      "bafy2bzacebh3vo5t6r4mcljx2jlzizk3bvmwf2vzgf6q3p4lnhtobcfrlfq7c";

  private final LastAnswer last = new LastAnswer();

  private static JsonObject whole() {
    return new JsonObject()
        .put("cids", new JsonArray().add(CID))
        .put("height", 7)
        .put("genesis", CID)
        .put("client", "lotus")
        .put("upgrades", new JsonArray("[{\"name\":\"FireHorse\",\"height\":6052800}]"))
        .put("finalized", new JsonObject().put("height", 6).put("key", "{ " + CID + " }"))
        .put("baseFee", "100")
        .put("rpcMillis", 12);
  }

  private static final List<Consumer<JsonObject>> CHANGES =
      List.of(
          same -> {},
          body -> body.put("cids", new JsonArray().add(CID).add(OTHER)),
          body -> body.put("cids", new JsonArray()),
          body -> body.put("cids", new JsonArray().add("no cid")),
          body -> body.put("cids", new JsonArray().add(7)),
          body -> body.put("cids", "no list"),
          body -> body.put("genesis", OTHER),
          body -> body.put("genesis", "no cid"),
          body -> body.put("genesis", 7),
          body -> body.remove("genesis"),
          body -> body.put("rpcMillis", 13),
          body -> body.put("rpcMillis", "12"),
          body -> body.put("rpcMillis", 12L),
          body -> body.put("rpcMillis", new JsonObject()),
          body -> body.remove("rpcMillis"),
          body -> body.put("baseFee", "odd").put("rpcMillis", "odd"),
          body -> body.put("baseFee", "odd").put("rpcMillis", 14),
          body -> body.put("upgrades", new JsonArray()),
          body -> body.getJsonArray("upgrades").getJsonObject(0).put("height", 1),
          body -> body.getJsonObject("finalized").put("key", "{ " + OTHER + " }"),
          body -> body.put("client", 7),
          body -> body.remove("client"),
          body -> body.put("pendingMessages", waiting(3)),
          body -> body.put("pendingMessages", waiting(4)).put("client", "other"));

  /** Messages that were asked for so many seconds ago. */
  private static JsonArray waiting(int age) {
    return new JsonArray()
        .add(
            new JsonObject()
                .put("address", "f0502")
                .put("count", 1)
                .put("nonce", 7)
                .put("age", age));
  }

  private static JsonObject changed(Consumer<JsonObject> change) {
    JsonObject body = whole();
    change.accept(body);
    return body;
  }

  private static HeadReading read(JsonObject body, LastAnswer with) {
    return HeadReading.of(body, NOW, NOW, Duration.ofMinutes(1), with);
  }

  private void readsAsForTheFirstTime(JsonObject body) {
    HeadReading fresh = read(body, new LastAnswer());
    assertThat(read(body, last)).isEqualTo(fresh);
    assertThat(last.text(fresh.head())).isEqualTo(fresh.head().toString());
    assertThat(last.members(body, ALL)).isEqualTo(MemberReading.of(body, ALL));
  }

  @Test
  void eachAnswerAfterEachOtherIsReadAsForTheFirstTime() {
    for (Consumer<JsonObject> before : CHANGES) {
      for (Consumer<JsonObject> after : CHANGES) {
        readsAsForTheFirstTime(changed(before));
        readsAsForTheFirstTime(changed(after));
      }
    }
  }

  /** A source may answer with an object that it changes later. */
  @Test
  void anAnswerThatChangesInPlaceIsReadAnew() {
    JsonObject body = whole();
    for (Consumer<JsonObject> change : CHANGES) {
      change.accept(body);
      readsAsForTheFirstTime(body);
      body.mergeIn(whole());
    }
  }

  @Test
  void membersThatAreSwitchedOffAreNotRead() {
    Tell none = new Tell(false, false, false, false, false, false, false, false);
    assertThat(last.members(whole(), none).isNone()).isTrue();
    assertThat(last.members(whole().put("rpcMillis", 13), none).isNone()).isTrue();
  }
}
