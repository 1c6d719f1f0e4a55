package fil.heartbeat.config;

import fil.heartbeat.config.ConfigException.Fault;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Overrides the file with the environment ({@code FIL_HEARTBEAT__HTTP__PORT}) and the system
 * properties ({@code -Dheartbeat.http.port}); other variables and properties are ignored. A text is
 * converted to the type of its key, or left as it is for the parser to reject.
 */
final class Overlay {
  private static final String VARIABLE_PREFIX = "FIL_HEARTBEAT__";
  private static final String PROPERTY_PREFIX = "heartbeat.";

  private final JsonObject merged;
  private final List<Fault> faults;

  private Overlay(JsonObject merged, List<Fault> faults) {
    this.merged = merged;
    this.faults = faults;
  }

  /**
   * The file, overridden by the environment and then by the system properties.
   *
   * @param faults gets each variable or property that matches no key
   */
  static JsonObject apply(
      JsonObject file,
      Map<String, String> environment,
      Map<String, String> properties,
      List<Fault> faults) {
    Overlay overlay = new Overlay(file.copy(), faults);
    Map<String, ConfigKey> variables = new TreeMap<>();
    Map<String, ConfigKey> names = new TreeMap<>();
    for (ConfigKey key : ConfigKeys.all()) {
      key.variable()
          .ifPresent(
              variable -> {
                variables.put(variable, key);
                names.put(PROPERTY_PREFIX + key.path(), key);
              });
    }
    overlay.lay(VARIABLE_PREFIX, "", environment, variables);
    overlay.lay(PROPERTY_PREFIX, "-D", properties, names);
    return overlay.merged;
  }

  /** Sections come before their members, so that a member overrides part of a whole section. */
  private void lay(
      String prefix, String mark, Map<String, String> values, Map<String, ConfigKey> keys) {
    new TreeMap<>(values)
        .forEach(
            (name, text) -> {
              if (!name.startsWith(prefix)) {
                return;
              }
              ConfigKey key = keys.get(name);
              if (key == null) {
                faults.add(
                    new Fault(
                        mark + name,
                        "unknown key",
                        Similar.to(name, keys.keySet())
                            .map(near -> "did you mean " + mark + near + "?")
                            .orElse("a key of config.json")));
              } else {
                put(key, text, mark + name);
              }
            });
  }

  private static String shown(ConfigKey key, String text) {
    return ConfigKeys.isSecret(key.path()) ? ConfigKeys.HIDDEN : text;
  }

  private void put(ConfigKey key, String text, String origin) {
    JsonObject at = merged;
    String[] path = key.path().split("\\.", -1);
    for (int i = 0; i < path.length - 1; i++) {
      if (!(at.getValue(path[i]) instanceof JsonObject)) {
        at.put(path[i], new JsonObject());
      }
      at = at.getJsonObject(path[i]);
    }
    if (Secret.isNoText(text)) {
      faults.add(new Fault(origin, shown(key, text), Secret.TEXT));
      return;
    }
    try {
      at.put(path[path.length - 1], key.value(text));
    } catch (DecodeException e) {
      faults.add(new Fault(origin, shown(key, text), key.type().words() + " as JSON"));
    }
  }
}
