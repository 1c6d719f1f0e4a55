package fil.heartbeat.api.rest;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.alert.model.AlertRule;
import fil.heartbeat.alert.model.Silence;
import fil.heartbeat.fleet.State;
import fil.heartbeat.wire.Extras;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The values listed in the OpenAPI document are those that the code accepts. */
class OpenApiLimitsTest {
  private static final JsonObject DOCUMENT = read();

  private static JsonObject read() {
    try {
      return new JsonObject(Files.readString(Path.of("src/fil/heartbeat/api/openapi.json")));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static JsonObject schema(String path, String name) {
    JsonArray parameters =
        DOCUMENT
            .getJsonObject("paths")
            .getJsonObject(path)
            .getJsonObject("get")
            .getJsonArray("parameters");
    return parameters.stream()
        .map(JsonObject.class::cast)
        .filter(each -> each.getString("name").equals(name))
        .findFirst()
        .orElseThrow()
        .getJsonObject("schema");
  }

  @Test
  void rules() {
    List<String> words = AlertRule.configurable().stream().map(AlertRule::label).toList();
    assertThat(schema("/api/v1/alerts", "rule").getJsonArray("enum"))
        .isEqualTo(new JsonArray(words));
    assertThat(
            DOCUMENT
                .getJsonObject("components")
                .getJsonObject("schemas")
                .getJsonObject("Select")
                .encode())
        .contains(new JsonArray(words).encode());
  }

  @Test
  void numbers() {
    assertThat(schema("/api/v1/nodes", "limit").getInteger("maximum"))
        .isEqualTo(NodeQuery.MAX_LIMIT);
    assertThat(schema("/api/v1/nodes", "limit").getInteger("default"))
        .isEqualTo(NodeQuery.DEFAULT_LIMIT);
    assertThat(schema("/api/v1/alerts", "limit").getInteger("maximum"))
        .isEqualTo(AlertQuery.MAX_LIMIT);
    assertThat(schema("/api/v1/nodes/{peerId}/changes", "limit").getInteger("maximum"))
        .isEqualTo(HistoryRoutes.MAX_CHANGES);
    assertThat(schema("/api/v1/chain", "epochs").getInteger("maximum"))
        .isEqualTo(NetworkRoutes.MAX_EPOCHS);
    JsonObject silence = body("/api/v1/silences");
    JsonObject ack = body("/api/v1/alerts/{id}/ack");
    assertThat(List.of(silence.getJsonObject("author"), ack.getJsonObject("by")))
        .allMatch(each -> each.getInteger("maxLength") == Silence.MAX_AUTHOR_ASKED);
    assertThat(List.of(silence.getJsonObject("comment"), ack.getJsonObject("comment")))
        .allMatch(each -> each.getInteger("maxLength") == Silence.MAX_COMMENT_ASKED);
  }

  /** Both routes have the same filters, with the limits of the code. */
  @Test
  void filters() {
    String values = "{0," + (NodeFilter.MAX_VALUES - 1) + "}";
    for (String path : List.of("/api/v1/nodes", "/api/v1/events")) {
      assertThat(schema(path, "client").getString("pattern"))
          .contains("{1," + Extras.MAX_CLIENT + "}", values);
      assertThat(schema(path, "version").getString("pattern"))
          .contains("{1," + Extras.MAX_VERSION + "}", values);
      assertThat(schema(path, "miner").getString("pattern"))
          .contains("{1," + (Extras.MAX_ADDRESS - 2) + "}", values);
      assertThat(schema(path, "notReady").getString("type")).isEqualTo("boolean");
    }
  }

  private static JsonObject body(String path) {
    return DOCUMENT
        .getJsonObject("paths")
        .getJsonObject(path)
        .getJsonObject("post")
        .getJsonObject("requestBody")
        .getJsonObject("content")
        .getJsonObject("application/json")
        .getJsonObject("schema")
        .getJsonObject("properties");
  }

  @Test
  void states() {
    for (String path : List.of("/api/v1/nodes", "/api/v1/events")) {
      assertThat(String.join(",", State.labels()))
          .matches(schema(path, "state").getString("pattern"));
    }
  }

  @Test
  void orders() {
    List<String> orders =
        Arrays.stream(NodeMember.values())
            .filter(member -> !NodeQuery.UNSORTED.contains(member))
            .flatMap(member -> Stream.of(member.key(), "-" + member.key()))
            .toList();
    assertThat(schema("/api/v1/nodes", "sort").getJsonArray("enum"))
        .isEqualTo(new JsonArray(orders));
  }
}
