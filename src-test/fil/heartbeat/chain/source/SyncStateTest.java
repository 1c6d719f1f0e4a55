package fil.heartbeat.chain.source;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.chain.source.Answers.ActiveSyncs;
import fil.heartbeat.chain.source.Answers.ForestSync;
import fil.heartbeat.chain.source.RpcAnswer.BadShapeException;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;
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
  void aLotusSyncsWhenAnActiveStageIsFarFromItsTarget(int stage, long target, boolean syncing)
      throws BadShapeException {
    String answer =
        "{\"VMApplied\":42,\"ActiveSyncs\":[null,{},{\"Stage\":4,\"Target\":null},{\"WorkerID\":1,"
            + "\"Stage\":"
            + stage
            + ",\"Target\":{\"Cids\":[],\"Blocks\":[{}],\"Height\":"
            + target
            + "}}]}";
    assertThat(SyncState.syncing(read(answer, ActiveSyncs.class), 100)).isEqualTo(syncing);
  }

  @ParameterizedTest
  @CsvSource({"Synced,false", "Syncing,true", "Initializing,true", "Offline,", "Error,", "'',"})
  void aForestNodeReportsSyncingInOneWord(String status, Boolean syncing) throws BadShapeException {
    String answer = "{\"status\":\"" + status + "\",\"currentHeadEpoch\":1}";
    assertThat(SyncState.syncing(read(answer, ForestSync.class))).isEqualTo(syncing);
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "{}", "{\"ActiveSyncs\":null,\"status\":null}"})
  void anAnswerThatDoesNotSayMeansUnknown(String answer) throws BadShapeException {
    assertThat(SyncState.syncing(read(answer, ActiveSyncs.class), 1)).isNull();
    assertThat(SyncState.syncing(read(answer, ForestSync.class))).isNull();
  }

  private static <T> @Nullable T read(String result, Class<T> type) throws BadShapeException {
    return RpcAnswer.<T>read(Buffer.buffer("{\"result\":" + result + "}"), RpcAnswer.type(type))
        .result();
  }
}
