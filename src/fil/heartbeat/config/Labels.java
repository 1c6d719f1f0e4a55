package fil.heartbeat.config;

import fil.heartbeat.alert.model.AlertLabels;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Labels that the configuration adds to alerts, and their validity. */
final class Labels {
  /** The limit in {@code aggregator.expected} too; receivers show all labels in one message. */
  static final int MAX_LABELS = 16;

  private static final int MAX_VALUE = 256;
  static final String VALUE = "text of 1 to " + MAX_VALUE + " characters";
  private static final String FORM = "an object of at most " + MAX_LABELS + " labels";
  private static final Pattern NAME = Pattern.compile("[a-zA-Z_][a-zA-Z0-9_]{0,63}");

  private Labels() {}

  static Map<String, String> read(Section section, String name) {
    Map<String, String> labels = new TreeMap<>();
    Object value = section.raw(name);
    if (value == null) {
      return labels;
    }
    if (!(value instanceof JsonObject json) || json.size() > MAX_LABELS) {
      String seen =
          value instanceof JsonObject many ? many.size() + " labels" : Section.show(value);
      section.fault(name, seen, FORM);
      return labels;
    }
    for (Map.Entry<String, Object> each : json) {
      String path = name + "." + each.getKey();
      checkName(section, path, each.getKey());
      if (isValue(each.getValue())) {
        labels.put(each.getKey(), (String) each.getValue());
      } else {
        section.fault(path, Section.show(each.getValue()), VALUE);
      }
    }
    return labels;
  }

  static void checkName(Section section, String path, String label) {
    if (!NAME.matcher(label).matches()) {
      section.fault(path, label, "1 to 64 of a-z, A-Z, 0-9 and _, not a digit first");
    } else if (AlertLabels.BUILT_IN.contains(label)) {
      section.fault(
          path, label, "a label of its own; not one of " + String.join(", ", AlertLabels.BUILT_IN));
    }
  }

  static boolean isValue(Object value) {
    return value instanceof String text
        && !text.isEmpty()
        && text.length() <= MAX_VALUE
        && text.codePoints().noneMatch(Character::isISOControl)
        && StandardCharsets.UTF_8.newEncoder().canEncode(text);
  }
}
