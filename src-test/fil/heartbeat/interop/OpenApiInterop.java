package fil.heartbeat.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** A validator that nobody here wrote reads the document of the routes. */
class OpenApiInterop {
  private static String document() throws IOException {
    return Files.readString(Path.of("src/fil/heartbeat/api/openapi.json"));
  }

  @Test
  void theDocumentIsValid() throws IOException {
    try (Program validator = WebScript.start("openapi.mjs")) {
      assertThat(validator.feed(document())).as(validator.said()).isZero();
    }
  }

  @Test
  void aBrokenDocumentIsNot() throws IOException {
    JsonObject broken = new JsonObject(document());
    JsonObject route = new JsonObject().put("get", new JsonObject().put("responses", 5));
    JsonObject ignored = broken.getJsonObject("paths").put("/broken", route);
    try (Program validator = WebScript.start("openapi.mjs")) {
      assertThat(validator.feed(broken.encode())).isEqualTo(1);
    }
  }
}
