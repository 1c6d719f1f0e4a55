package fil.heartbeat.config;

import fil.heartbeat.config.ConfigException.Fault;
import fil.heartbeat.text.GoDuration;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One object of config.json: reads members by the table of keys, with their defaults, and collects
 * every fault. Values returned after a fault only serve to continue reading.
 */
final class Section {
  private final JsonObject json;
  private final String path;
  private final String tablePath;
  private final List<Fault> faults;

  private Section(JsonObject json, String path, String tablePath, List<Fault> faults) {
    this.json = json;
    this.path = path;
    this.tablePath = tablePath;
    this.faults = faults;
    checkNames();
  }

  static Section root(JsonObject json, List<Fault> faults) {
    return new Section(json, "", "", faults);
  }

  static Section deployment(JsonObject json, List<Fault> faults) {
    return new Section(json, "", ConfigKeys.DEPLOYMENT, faults);
  }

  boolean has(String name) {
    return json.getValue(name) != null;
  }

  String path(String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  void fault(String name, String value, String expected) {
    faults.add(new Fault(path(name), value, expected));
  }

  String text(String name) {
    Object value = value(name);
    if (value instanceof String text) {
      return text;
    }
    wrongType(name, value, "text");
    return "";
  }

  Optional<String> optionalText(String name) {
    String text = text(name);
    return text.isEmpty() ? Optional.empty() : Optional.of(text);
  }

  boolean flag(String name) {
    Object value = value(name);
    if (value instanceof Boolean flag) {
      return flag;
    }
    wrongType(name, quoted(value), "true or false");
    return false;
  }

  /** A whole number within the key's bounds. */
  int whole(String name) {
    return Math.toIntExact(wholeLong(name));
  }

  /** As {@link #whole}, for keys with bounds beyond an int. */
  long wholeLong(String name) {
    ConfigKey.Form form = key(name).form();
    Object value = value(name);
    if (value instanceof Integer || value instanceof Long) {
      long number = ((Number) value).longValue();
      if (form.holds(number)) {
        return number;
      }
    }
    wrongType(name, quoted(value), form.expected());
    return form.min();
  }

  /** A duration within the key's bounds. */
  Duration duration(String name) {
    return duration(name, Duration.ofNanos(key(name).form().min()));
  }

  /**
   * As {@link #duration(String)}, for a key with a variable bound.
   *
   * @param min replaces the key's own
   */
  Duration duration(String name, Duration min) {
    ConfigKey.Form form = key(name).form().atLeast(min);
    Object value = value(name);
    if (value instanceof String text) {
      try {
        Duration duration = GoDuration.parse(text);
        if (form.holds(duration.toNanos())) {
          return duration;
        }
      } catch (IllegalArgumentException e) {
        // Handled below.
      }
    }
    fault(name, show(value), form.expected());
    return min;
  }

  /** A section that is absent reads as an empty one. */
  Section section(String name) {
    Object value = json.getValue(name);
    if (value != null && !(value instanceof JsonObject)) {
      wrongType(name, value, "an object");
    }
    JsonObject inner = value instanceof JsonObject object ? object : new JsonObject();
    return new Section(inner, path(name), tablePath(name), faults);
  }

  /** The objects of a list, even if it is too long. */
  List<Section> sections(String name) {
    List<Section> sections = new ArrayList<>();
    JsonArray list = list(name);
    for (int i = 0; i < list.size(); i++) {
      String member = name + "[" + i + "]";
      if (list.getValue(i) instanceof JsonObject object) {
        sections.add(new Section(object, path(member), tablePath(name) + "[]", faults));
      } else {
        fault(member, shown(name, list.getValue(i)), "an object");
      }
    }
    checkSize(name, sections.size());
    return sections;
  }

  /** Records a fault for a list with more members than its key allows. */
  void checkSize(String name, int size) {
    ConfigKey.Form form = key(name).form();
    if (size > form.max()) {
      fault(name, size + " of them", form.expected());
    }
  }

  /**
   * The members of a map, each an object.
   *
   * @param table path of the members' keys in the table
   */
  Map<String, Section> map(String name, String table) {
    Map<String, Section> members = new LinkedHashMap<>();
    Object value = json.getValue(name);
    if (value instanceof JsonObject object) {
      for (Map.Entry<String, Object> each : object) {
        String member = name + "." + each.getKey();
        if (each.getValue() instanceof JsonObject inner) {
          members.put(each.getKey(), new Section(inner, path(member), table, faults));
        } else {
          fault(member, show(each.getValue()), "an object");
        }
      }
    } else if (value != null) {
      wrongType(name, value, "an object");
    }
    return members;
  }

  List<String> texts(String name) {
    List<String> texts = new ArrayList<>();
    JsonArray list = list(name);
    for (int i = 0; i < list.size(); i++) {
      if (list.getValue(i) instanceof String text) {
        texts.add(text);
      } else {
        wrongType(name + "[" + i + "]", list.getValue(i), "text");
      }
    }
    return texts;
  }

  JsonArray list(String name) {
    Object value = json.getValue(name);
    if (value instanceof JsonArray list) {
      return list;
    }
    if (value != null) {
      wrongType(name, value, "a list");
    }
    return new JsonArray();
  }

  @Nullable Object raw(String name) {
    return json.getValue(name);
  }

  private @Nullable Object value(String name) {
    Object value = json.getValue(name);
    if (value != null) {
      return value;
    }
    ConfigKey key = key(name);
    return key.value(key.defaultValue());
  }

  private ConfigKey key(String name) {
    return ConfigKeys.find(tablePath(name))
        .orElseThrow(() -> new IllegalStateException("not in the table: " + tablePath(name)));
  }

  private String tablePath(String name) {
    return tablePath.isEmpty() ? name : tablePath + "." + name;
  }

  private void wrongType(String name, @Nullable Object value, String expected) {
    fault(name, shown(name, value), expected);
  }

  /** The value for a fault; hidden where it may be a secret. */
  private String shown(String name, @Nullable Object value) {
    boolean telling =
        value instanceof String || value instanceof JsonObject || value instanceof JsonArray;
    return telling && ConfigKeys.isSecret(tablePath(name)) ? ConfigKeys.HIDDEN : show(value);
  }

  private void checkNames() {
    List<String> known = ConfigKeys.in(tablePath).stream().map(ConfigKey::name).toList();
    for (String name : json.fieldNames()) {
      if (!known.contains(name)) {
        fault(name, "unknown key", Similar.hint(name, known));
      }
    }
  }

  /** Puts a text in quotes where another type is expected, so that the difference is visible. */
  private static @Nullable Object quoted(@Nullable Object value) {
    return value instanceof String text ? "\"" + text + "\"" : value;
  }

  /** The value for a fault; not for a secret. */
  static String show(@Nullable Object value) {
    if (value == null) {
      return "(missing)";
    }
    String text = value.toString();
    return text.isEmpty() ? "(empty)" : text.length() > 120 ? text.substring(0, 120) + "…" : text;
  }
}
