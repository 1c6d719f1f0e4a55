package fil.heartbeat.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fil.heartbeat.libp2p.HostConfig;
import fil.heartbeat.text.GoDuration;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The table matches the parser. */
class ConfigKeysTest {
  private static final Path FOLDER = Path.of("/etc/heartbeat");

  private static Config with(Map<String, String> properties) {
    return Config.parse(new JsonObject(), FOLDER, Map.of(), properties);
  }

  /** Keys at the top or in a section, with a default that can be written down. */
  static Stream<ConfigKey> keysWithDefaults() {
    return ConfigKeys.all().stream()
        .filter(key -> key.variable().isPresent())
        .filter(key -> key.type() != ConfigKey.Type.SECTION)
        .filter(key -> !key.path().equals("nodes"))
        .filter(key -> !key.path().equals("libp2p.cryptoThreads"));
  }

  @ParameterizedTest
  @MethodSource("keysWithDefaults")
  void theDefaultInTheTableIsUsed(ConfigKey key) {
    String section = key.section();
    // Alerts have no effect without it.
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

  /** Numbers and durations at the top or in a section. */
  static Stream<ConfigKey> keysWithBounds() {
    return keysWithDefaults()
        .filter(key -> !key.form().range().isEmpty())
        .filter(key -> key.type() != ConfigKey.Type.LIST);
  }

  private static String text(ConfigKey key, long value) {
    return key.type() == ConfigKey.Type.DURATION ? value + "ns" : Long.toString(value);
  }

  /** The parser's faults for a value of one key. */
  private static List<String> faults(ConfigKey key, long value) {
    try {
      Config unused = with(Map.of("heartbeat." + key.path(), text(key, value)));
      return List.of();
    } catch (ConfigException e) {
      return e.faults().stream()
          .map(ConfigException.Fault::toString)
          .filter(fault -> fault.startsWith(key.path() + ": "))
          .toList();
    }
  }

  @ParameterizedTest
  @MethodSource("keysWithBounds")
  void theRangeInTheTableIsEnforced(ConfigKey key) {
    assertThat(faults(key, key.form().min())).isEmpty();
    assertThat(faults(key, key.form().max())).isEmpty();
    assertThat(faults(key, key.form().min() - 1)).hasSize(1);
    assertThat(faults(key, key.form().max() + 1)).hasSize(1);
  }

  /** A range is shown in its own column. */
  @ParameterizedTest
  @MethodSource("keysWithBounds")
  void theMeaningContainsNoRange(ConfigKey key) {
    assertThat(key.meaning()).doesNotContainPattern("\\d\\w* to \\d|at most \\d");
  }

  @ParameterizedTest
  @MethodSource("keysWithBounds")
  void theDefaultIsInTheRange(ConfigKey key) {
    String value = key.defaultValue();
    long number =
        key.type() == ConfigKey.Type.DURATION
            ? GoDuration.parse(value).toNanos()
            : Long.parseLong(value);
    assertThat(key.form().holds(number)).isTrue();
  }

  @Test
  void aListThatIsTooLongIsAFault() {
    JsonArray nine = new JsonArray();
    for (int i = 0; i < 9; i++) {
      nine.add(new JsonObject().put("name", "b" + i).put("url", "http://127.0.0.1:" + (8000 + i)));
    }
    JsonObject file =
        new JsonObject()
            .put("aggregator", new JsonObject())
            .put("alerts", new JsonObject().put("peers", nine));
    assertThatThrownBy(() -> Config.parse(file, FOLDER, Map.of()))
        .hasMessage("alerts.peers: 9 of them (expected: at most 8)");
  }

  private record Limit(String name, Function<HostConfig, Object> value) {
    @Override
    public String toString() {
      return name;
    }
  }

  /** The components of a host's limits, those of its groups too. */
  static List<Limit> limits() {
    return limits(HostConfig.class, config -> config).toList();
  }

  private static Stream<Limit> limits(Class<?> type, Function<HostConfig, Object> owner) {
    return Arrays.stream(type.getRecordComponents())
        .flatMap(
            component -> {
              Function<HostConfig, Object> value = config -> get(component, owner.apply(config));
              return component.getType().isRecord()
                  ? limits(component.getType(), value)
                  : Stream.of(new Limit(component.getName(), value));
            });
  }

  private static Object get(RecordComponent component, Object owner) {
    try {
      return component.getAccessor().invoke(owner);
    } catch (ReflectiveOperationException failure) {
      throw new AssertionError(failure);
    }
  }

  @ParameterizedTest
  @MethodSource("limits")
  void everyLimitOfAHostIsAKeyOfItsName(Limit limit) {
    ConfigKey key = ConfigKeys.find("libp2p." + limit.name()).orElseThrow();
    String other =
        switch (key.type()) {
          case DURATION -> "1234ms";
          case WHOLE -> limit.name().equals("cryptoThreads") ? "777" : "77777";
          case FLAG -> "false";
          case TEXT -> "other";
          case LIST, SECTION, MAP, NETWORK -> throw new IllegalStateException(key.path());
        };
    HostConfig changed = with(Map.of("heartbeat." + key.path(), other)).libp2p().host();
    for (Limit each : limits()) {
      Object before = each.value().apply(HostProviders.DEFAULT_LIMITS);
      Object after = each.value().apply(changed);
      assertThat(Objects.equals(before, after))
          .as("%s kept when %s is set", each.name(), limit.name())
          .isEqualTo(!each.name().equals(limit.name()));
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
