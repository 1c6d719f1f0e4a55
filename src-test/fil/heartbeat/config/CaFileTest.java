package fil.heartbeat.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fil.heartbeat.testing.PrivateCa;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CaFileTest {
  @TempDir static Path folder;
  private static CaFile common;

  @BeforeAll
  static void draw() throws Exception {
    Path pem = PrivateCa.in(folder).pem();
    common = CaFile.read(pem);
    var unused = Files.writeString(folder.resolve("other.pem"), Files.readString(pem).repeat(2));
  }

  private static Config parse(JsonObject json) {
    return Config.parse(json, folder, Map.of());
  }

  private static JsonObject trusting(String file) {
    return new JsonObject().put("caFile", file).put("url", "https://h/rpc/v1");
  }

  @Test
  void aNearerFileCountsInsteadOfThatOfAllClients() throws Exception {
    JsonObject json =
        new JsonObject()
            .put("client", new JsonObject().put("caFile", "ca.pem"))
            .put(
                "nodes",
                new JsonArray()
                    .add(
                        new JsonObject()
                            .put("nickname", "a")
                            .put("chain", trusting("other.pem"))
                            .put("miner", trusting("other.pem")))
                    .add(
                        new JsonObject()
                            .put("nickname", "b")
                            .put("chain", new JsonObject().put("url", "https://h"))
                            .put("miner", new JsonObject().put("url", "https://h"))))
            .put(
                "aggregator",
                new JsonObject()
                    .put(
                        "references",
                        new JsonArray()
                            .add(trusting("other.pem").put("name", "r"))
                            .add(new JsonObject().put("name", "s").put("url", "https://h"))));
    JsonObject sink = new JsonObject().put("type", "webhook").put("url", "https://h");
    JsonArray sinks =
        new JsonArray()
            .add(sink.copy().put("name", "a").put("caFile", "other.pem"))
            .add(sink.copy().put("name", "b"));
    Config config = parse(json.put("alerts", new JsonObject().put("sinks", sinks)));
    CaFile other = CaFile.read(folder.resolve("other.pem"));
    NodeConfig a = config.senders().nodes().get(0);
    NodeConfig b = config.senders().nodes().get(1);
    assertThat(config.client().caFile()).contains(common);
    assertThat(a.chain().endpoint().caFile()).contains(other);
    assertThat(a.miner().endpoints().get(0).caFile()).contains(other);
    assertThat(b.chain().endpoint().caFile()).contains(common);
    assertThat(b.miner().endpoints().get(0).caFile()).contains(common);
    assertThat(config.aggregator().orElseThrow().references())
        .extracting(reference -> reference.chain().endpoint().caFile().orElseThrow())
        .containsExactly(other, common);
    assertThat(config.alerts().orElseThrow().delivery().sinks())
        .extracting(each -> each.caFile().orElseThrow())
        .containsExactly(other, common);
  }

  @Test
  void filesAreEqualByPathAndContent() throws Exception {
    Path copy = Files.copy(folder.resolve("ca.pem"), folder.resolve("copy.pem"));
    CaFile before = CaFile.read(copy);
    assertThat(CaFile.read(copy)).isEqualTo(before).hasSameHashCodeAs(before);
    assertThat(before).isNotEqualTo(common);
    Files.delete(copy);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "nothing of the kind",
        "-----BEGIN CERTIFICATE-----\nbm9uZQ==\n-----END CERTIFICATE-----\n",
        "-----BEGIN CERTIFICATE-----\n"
      })
  void anotherTextIsAFault(String content) throws Exception {
    Path bad = Files.writeString(folder.resolve("bad.pem"), content);
    assertThatThrownBy(
            () -> parse(new JsonObject().put("client", new JsonObject().put("caFile", "bad.pem"))))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "client.caFile: " + bad + ": no certificate (expected: a file of certificates as PEM)");
  }

  @Test
  void aMissingFileIsAFault() {
    assertThatThrownBy(() -> parse(new JsonObject().put("chain", trusting("none.pem"))))
        .hasMessage(
            "chain.caFile: "
                + folder.resolve("none.pem")
                + ": no such file (expected: a file of certificates as PEM)");
  }
}
