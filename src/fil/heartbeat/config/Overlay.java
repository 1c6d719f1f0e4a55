package fil.heartbeat.config;

import fil.heartbeat.config.ConfigException.Fault;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the environment ({@code FIL_HEARTBEAT__HTTP__PORT}) and the system properties ({@code
 * -Dheartbeat.http.port}) lay over the file. Nothing else of either is read.
 */
public final class Overlay {
  private static final String VARIABLE_PREFIX = "FIL_HEARTBEAT__";
  private static final String PROPERTY_PREFIX = "heartbeat.";

  private Overlay() {}

  /**
   * The file with the environment over it, and the system properties over both.
   *
   * @throws ConfigException that names each variable or property that is no key
   */
  public static JsonObject apply(
      JsonObject file, Map<String, String> environment, Map<String, String> properties) {
    JsonObject merged = file.copy();
    List<Fault> faults = new java.util.ArrayList<>();
    new TreeMap<>(environment)
        .forEach(
            (name, value) -> {
              if (name.startsWith(VARIABLE_PREFIX)) {
                ConfigKeys.all().stream()
                    .filter(key -> key.variable().filter(name::equals).isPresent())
                    .findFirst()
                    .ifPresentOrElse(
                        key -> put(merged, key, value, name, faults),
                        () -> faults.add(unknown(name)));
              }
            });
    new TreeMap<>(properties)
        .forEach(
            (name, value) -> {
              if (name.startsWith(PROPERTY_PREFIX)) {
                ConfigKeys.find(name.substring(PROPERTY_PREFIX.length()))
                    .filter(key -> key.variable().isPresent())
                    .ifPresentOrElse(
                        key -> put(merged, key, value, "-D" + name, faults),
                        () -> faults.add(unknown("-D" + name)));
              }
            });
    if (!faults.isEmpty()) {
      throw new ConfigException(faults);
    }
    return merged;
  }

  private static Fault unknown(String name) {
    return new Fault(name, "unknown key", "a key of config.json");
  }

  private static void put(
      JsonObject merged, ConfigKey key, String text, String origin, List<Fault> faults) {
    JsonObject at = merged;
    String[] path = key.path().split("\\.", -1);
    for (int i = 0; i < path.length - 1; i++) {
      if (!(at.getValue(path[i]) instanceof JsonObject)) {
        at.put(path[i], new JsonObject());
      }
      at = at.getJsonObject(path[i]);
    }
    Object value = text;
    boolean json =
        switch (key.type()) {
          case LIST, SECTION -> true;
          case NETWORK -> text.startsWith("{");
          case TEXT, DURATION, WHOLE, FLAG -> false;
        };
    if (json) {
      try {
        value = Json.decodeValue(text);
      } catch (DecodeException e) {
        faults.add(new Fault(origin, text, key.type().words() + " as JSON"));
        return;
      }
    }
    at.put(path[path.length - 1], value);
  }
}
