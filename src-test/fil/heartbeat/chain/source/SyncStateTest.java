package fil.heartbeat.chain.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SyncStateTest {

  @ParameterizedTest
  @CsvSource({
    "0,9999,false",
    "1,105,true",
    "1,104,false",
    "2,200,true",
    "3,200,true",
    "4,200,false",
    "5,200,false",
    "6,200,true",
    "1,50,false"
  })
  void aLotusSyncsWhenAnActiveStageIsFarFromItsTarget(int stage, long target, boolean syncing) {
    JsonObject answer =
        new JsonObject()
            .put(
                "ActiveSyncs",
                new JsonArray()
                    .add(new JsonObject().put("Stage", 4).putNull("Target"))
                    .add(
                        new JsonObject()
                            .put("Stage", stage)
                            .put("Target", new JsonObject().put("Height", target))));
    assertThat(SyncState.LOTUS.read(answer, 100)).isEqualTo(syncing);
  }

  @ParameterizedTest
  @CsvSource({"Synced,false", "Syncing,true", "Initializing,true", "Offline,", "Error,", "'',"})
  void aForestNodeReportsSyncingInOneWord(String status, Boolean syncing) {
    assertThat(SyncState.FOREST.read(new JsonObject().put("status", status), 100))
        .isEqualTo(syncing);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"ActiveSyncs\":1,\"status\":1}",
        "{\"ActiveSyncs\":null,\"status\":null}"
      })
  void anInvalidAnswerMeansUnknown(String json) {
    for (SyncState state : SyncState.values()) {
      assertThat(state.read(new JsonObject(json), 1)).isNull();
      assertThat(state.read(null, 1)).isNull();
      assertThat(state.read("text", 1)).isNull();
    }
  }

  @Test
  void invalidMembersOfALotusAnswerAreNotASync() {
    String odd =
        "{\"ActiveSyncs\":[null,1,\"x\",[],{},{\"Stage\":1},{\"Stage\":\"1\"},"
            + "{\"Stage\":1,\"Target\":1},{\"Stage\":1,\"Target\":{\"Height\":\"9\"}}]}";
    assertThat(SyncState.LOTUS.read(new JsonObject(odd), 1)).isFalse();
  }
}
