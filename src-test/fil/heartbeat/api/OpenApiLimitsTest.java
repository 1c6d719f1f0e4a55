package fil.heartbeat.api;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.config.AlertRule;
import fil.heartbeat.fleet.State;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The words that the document lists are those that the code takes. */
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
    List<String> words = AlertRule.configurable().stream().map(AlertRule::word).toList();
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
  void states() {
    for (String path : List.of("/api/v1/nodes", "/api/v1/events")) {
      assertThat(String.join(",", State.words()))
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
