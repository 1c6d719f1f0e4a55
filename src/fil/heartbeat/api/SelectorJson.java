package fil.heartbeat.api;

import fil.heartbeat.config.Selector;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The alerts that a silence is about, as a body says it. */
final class SelectorJson {
  static final int MAX_LABELS = 20;
  static final int MAX_VALUES = 100;
  static final int MAX_TEXT = 200;

  private static final String LABELS =
      "{\"nickname\": \"lotus-01\"}, or more labels, or lists of values";

  private SelectorJson() {}

  static Selector parse(JsonBody body) {
    if (!(body.value("select") instanceof JsonObject select)
        || select.isEmpty()
        || select.size() > MAX_LABELS) {
      throw body.bad("select", LABELS);
    }
    Map<String, List<String>> labels = new HashMap<>();
    for (String label : select.fieldNames()) {
      labels.put(label, values(label, select.getValue(label)));
    }
    return new Selector(labels);
  }

  private static List<String> values(String label, Object given) {
    JsonArray many = given instanceof JsonArray list ? list : new JsonArray().add(given);
    List<String> values = new ArrayList<>();
    for (Object each : many) {
      if (each instanceof String text && text.length() <= MAX_TEXT) {
        values.add(text);
      }
    }
    if (values.size() != many.size() || values.isEmpty() || values.size() > MAX_VALUES) {
      throw JsonBody.bad("select." + label, given, "a text, or a list of 1 to " + MAX_VALUES);
    }
    return values;
  }
}
