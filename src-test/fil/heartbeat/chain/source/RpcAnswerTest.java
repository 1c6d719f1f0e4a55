package fil.heartbeat.chain.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.type.TypeReference;
import fil.heartbeat.chain.source.Answers.Link;
import fil.heartbeat.chain.source.Answers.Tipset;
import fil.heartbeat.chain.source.RpcAnswer.BadShapeException;
import fil.heartbeat.chain.source.RpcAnswer.ErrorObject;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RpcAnswerTest {
  private static final TypeReference<Map<String, Long>> HEIGHTS = new TypeReference<>() {};

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"id\":1,\"jsonrpc\":\"2.0\",\"result\":{\"Cids\":[{\"/\":\"bafy\"}],\"Height\":7}}",
        "{\"jsonrpc\":\"2.0\",\"result\":{\"Height\":7,\"Cids\":[{\"/\":\"bafy\",\"x\":[]}],"
            + "\"Blocks\":[{\"Miner\":{}}]},\"id\":1,\"error\":null,\"more\":[{}]}"
      })
  void membersMayComeInAnyOrderAndUnknownOnesAreIgnored(String body) throws BadShapeException {
    RpcAnswer<Tipset> answer = read(body, Tipset.class);
    assertThat(answer.error()).isNull();
    assertThat(answer.result()).isEqualTo(new Tipset(List.of(new Link("bafy")), 7L, null));
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{\"jsonrpc\":\"2.0\",\"id\":1}", "{\"result\":null}"})
  void neitherResultNorErrorIsANullResult(String body) throws BadShapeException {
    assertThat(read(body, Tipset.class)).isEqualTo(new RpcAnswer<>(null, null));
  }

  @Test
  void missingMembersAreNull() throws BadShapeException {
    assertThat(read("{\"result\":{\"Cids\":[null,{}]}}", Tipset.class).result())
        .isEqualTo(new Tipset(java.util.Arrays.asList(null, new Link(null)), null, null));
  }

  @Test
  void mapsAndListsHaveTypesToo() throws BadShapeException {
    Buffer body =
        Buffer.buffer("{\"result\":{\"Smoke\":51000,\"Never\":9223372036854775806,\"Old\":-1}}");
    assertThat(RpcAnswer.<Map<String, Long>>read(body, RpcAnswer.type(HEIGHTS)).result())
        .containsOnly(
            Map.entry("Smoke", 51000L),
            Map.entry("Never", Long.MAX_VALUE - 1),
            Map.entry("Old", -1L));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"Height\":\"7\"}|.Height",
        "{\"Height\":7.0}|.Height",
        "{\"Height\":true}|.Height",
        "{\"Height\":[7]}|.Height",
        "{\"Height\":9223372036854775808}|.Height",
        "{\"Height\":''}|",
        "{\"Cids\":{}}|.Cids",
        "{\"Cids\":[1]}|.Cids[0]",
        "{\"Cids\":[{\"/\":7}]}|.Cids[0]./",
        "{\"Cids\":[{\"/\":true}]}|.Cids[0]./",
        "{\"Cids\":[{\"/\":[]}]}|.Cids[0]./",
        "[]|result",
        "1|result",
        "\"text\"|result"
      })
  void noScalarIsTakenForAnother(String result, String where) {
    assertThatThrownBy(() -> read("{\"result\":" + result + "}", Tipset.class))
        .isInstanceOf(BadShapeException.class)
        .hasMessageContaining(where == null ? "" : where);
  }

  @Test
  void nothingInsideAnAnswerIsWithoutALimit() {
    String deep = "[".repeat(100_000);
    String digits = "9".repeat(100_000);
    String name = "n".repeat(100_000);
    assertThatThrownBy(() -> read("{\"x\":" + deep, Tipset.class))
        .isInstanceOf(BadShapeException.class);
    assertThatThrownBy(() -> read("{\"result\":" + deep, Tipset.class))
        .isInstanceOf(BadShapeException.class);
    assertThatThrownBy(() -> read("{\"error\":" + deep, Tipset.class))
        .isInstanceOf(BadShapeException.class);
    assertThatThrownBy(() -> read("{\"result\":{\"Height\":" + digits + "}}", Tipset.class))
        .isInstanceOf(BadShapeException.class);
    assertThatThrownBy(() -> read("{\"" + name + "\":1}", Tipset.class))
        .isInstanceOf(BadShapeException.class);
    assertThatThrownBy(() -> read("{\"error\":\"" + name + "\"}", Tipset.class))
        .isInstanceOf(BadShapeException.class);
  }

  @Test
  void textThatIsNoUtf8IsRefused() {
    Buffer body = Buffer.buffer("{\"result\":\"").appendByte((byte) 0xff).appendString("\"}");
    assertThatThrownBy(() -> RpcAnswer.read(body, RpcAnswer.type(String.class)))
        .isInstanceOf(BadShapeException.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"code\":1,\"message\":\"x\"}|1|x",
        "{\"message\":\"x\",\"data\":{},\"code\":-32601}|-32601|x",
        "{\"code\":\"1\",\"message\":\"x\"}|0|x",
        "{\"code\":1.5,\"message\":7}|0|7",
        "{\"code\":99999999999999999999}|0|''",
        "\"x\"|0|x",
        "[]|0|[]"
      })
  void anErrorIsReadHoweverOddItIs(String error, long code, String message)
      throws BadShapeException {
    assertThat(read("{\"error\":" + error + ",\"id\":1}", Tipset.class).error())
        .isEqualTo(new ErrorObject(code, message));
  }

  private static RpcAnswer<Tipset> read(String body, Class<Tipset> type) throws BadShapeException {
    return RpcAnswer.read(Buffer.buffer(body), RpcAnswer.type(type));
  }
}
