package fil.heartbeat.config;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.libp2p.HostConfig;
import io.vertx.core.json.JsonObject;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The table says what the parser does. */
class ConfigKeysTest {
  private static final Path FOLDER = Path.of("/etc/heartbeat");

  private static Config with(Map<String, String> properties) {
    return Config.parse(new JsonObject(), FOLDER, Map.of(), properties);
  }

  /** Keys that stand at the top or in a section, with a default that can be written down. */
  static Stream<ConfigKey> keysWithDefaults() {
    return ConfigKeys.all().stream()
        .filter(key -> key.variable().isPresent())
        .filter(key -> key.type() != ConfigKey.Type.SECTION)
        .filter(key -> !key.path().equals("nodes"))
        .filter(key -> !key.path().equals("libp2p.cryptoThreads"));
  }

  @ParameterizedTest
  @MethodSource("keysWithDefaults")
  void theDefaultOfTheTableIsTheOneInForce(ConfigKey key) {
    String section = key.section();
    // Alerts are of no effect without it.
    JsonObject empty = new JsonObject().put("aggregator", new JsonObject());
    JsonObject inner = empty;
    for (String name : section.split("\\.", -1)) {
      JsonObject next = new JsonObject();
      var ignored = inner.put(name, next);
      inner = next;
    }
    Config absent = Config.parse(empty, FOLDER, Map.of());
    Config written =
        Config.parse(
            empty, FOLDER, Map.of(), Map.of("heartbeat." + key.path(), key.defaultValue()));
    assertThat(written).isEqualTo(absent);
  }

  static List<RecordComponent> limits() {
    return Arrays.asList(HostConfig.class.getRecordComponents());
  }

  @ParameterizedTest
  @MethodSource("limits")
  void everyLimitOfAHostIsAKeyOfItsName(RecordComponent limit) throws Exception {
    ConfigKey key = ConfigKeys.find("libp2p." + limit.getName()).orElseThrow();
    String other =
        switch (key.type()) {
          case DURATION -> "1234ms";
          case WHOLE -> limit.getName().equals("cryptoThreads") ? "777" : "77777";
          case FLAG -> "false";
          case TEXT -> "other";
          case LIST, SECTION, MAP, NETWORK -> throw new IllegalStateException(key.path());
        };
    HostConfig changed = with(Map.of("heartbeat." + key.path(), other)).libp2p();
    for (RecordComponent each : limits()) {
      Object before = each.getAccessor().invoke(HostConfig.DEFAULT);
      Object after = each.getAccessor().invoke(changed);
      assertThat(Objects.equals(before, after))
          .as("%s kept when %s is set", each.getName(), limit.getName())
          .isEqualTo(!each.getName().equals(limit.getName()));
    }
  }

  @Test
  void aVariableIsNamedAfterItsPath() {
    assertThat(ConfigKeys.find("http.port").orElseThrow().variable())
        .contains("FIL_HEARTBEAT__HTTP__PORT");
    assertThat(ConfigKeys.find("libp2p.maxConnectionsPerAddress").orElseThrow().variable())
        .contains("FIL_HEARTBEAT__LIBP2P__MAX_CONNECTIONS_PER_ADDRESS");
    assertThat(ConfigKeys.find("nodes[].nickname").orElseThrow().variable()).isEmpty();
  }

  @Test
  void noTwoKeysShareAPathOrAVariable() {
    assertThat(ConfigKeys.all()).extracting(ConfigKey::path).doesNotHaveDuplicates();
    assertThat(ConfigKeys.all().stream().flatMap(key -> key.variable().stream()))
        .doesNotHaveDuplicates();
  }
}
