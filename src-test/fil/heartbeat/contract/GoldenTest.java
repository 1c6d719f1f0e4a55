package fil.heartbeat.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.Test;

class GoldenTest {
  @Test
  void aDifferenceIsShownBehindTheLineBeforeIt() {
    assertThat(
            Golden.difference(
                List.of("a", "told object", "b", "c"), List.of("a", "delivered object", "b")))
        .containsExactly("  a", "- told object", "+ delivered object", "  b", "- c");
  }

  @Test
  void membersHaveTheirOrderAndTypes() {
    assertThat(
            Shape.of(
                new JsonObject(
                    """
                    {"all":[{"b":null,"a":1},{"b":"x","c":true,"a":2.5}],"word":"w",
                     "at":"2026-01-01T00:00:00.000Z","none":null,"empty":[]}"""),
                "word"))
        .containsExactly(
            "(all) object",
            "all list",
            "all[] object",
            "all[].b string",
            "all[].c boolean",
            "all[].a number",
            "word \"w\"",
            "at time",
            "none null",
            "empty list");
  }
}
