package fil.heartbeat.contract;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The members of JSON in their order, one a line, with the types they have: {@code nodes[].height
 * number}. What several objects of a list have is put together; null counts only where nothing else
 * was seen.
 */
final class Shape {
  /** Numbers that are known or not yet, as it happens. */
  private static final Set<String> PERHAPS =
      Set.of(
          "finalityLag",
          "finalizedHeight",
          "firstDifferentHeight",
          "lag",
          "lagEpochs",
          "p50Millis",
          "p90Millis",
          "uptime24h");

  /** Objects that are there or not, as it happens; openapi.json has their members. */
  private static final Set<String> PERHAPS_OBJECTS = Set.of("conflict");

  private final Set<String> words;
  private final Set<String> types = new TreeSet<>();
  private final List<String> names = new ArrayList<>();
  private final List<Shape> members = new ArrayList<>();
  private @Nullable Shape element;

  private Shape(Set<String> words) {
    this.words = words;
  }

  /**
   * @param words members whose texts are words of the contract, and are shown
   */
  static List<String> of(Object json, String... words) {
    return of(List.of(json), words);
  }

  /** Of several values as if they were one. */
  static List<String> of(List<?> values, String... words) {
    Shape shape = new Shape(Set.of(words));
    values.forEach(value -> shape.add("", value));
    List<String> lines = new ArrayList<>();
    shape.write("", lines);
    return lines;
  }

  private void add(String name, @Nullable Object value) {
    if (PERHAPS_OBJECTS.contains(name)) {
      types.add("object or null");
    } else if (value instanceof JsonObject object) {
      types.add("object");
      int place = 0;
      for (String member : object.fieldNames()) {
        place = place(member, place) + 1;
        members.get(place - 1).add(member, object.getValue(member));
      }
    } else if (value instanceof JsonArray array) {
      types.add("list");
      for (Object each : array) {
        Shape all = element == null ? new Shape(words) : element;
        element = all;
        all.add(name, each);
      }
    } else if (value instanceof String text) {
      types.add(words.contains(name) ? '"' + text + '"' : type(text));
    } else if (PERHAPS.contains(name) && (value == null || value instanceof Number)) {
      types.add("number or null");
    } else if (value == null) {
      types.add("null");
    } else {
      types.add(value instanceof Number ? "number" : "boolean");
    }
  }

  /** Where a member is; behind the one that came before it when it is new. */
  private int place(String member, int behind) {
    if (!names.contains(member)) {
      names.add(behind, member);
      members.add(behind, new Shape(words));
    }
    return names.indexOf(member);
  }

  private static String type(String text) {
    return text.matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z") ? "time" : "string";
  }

  private void write(String path, List<String> lines) {
    Set<String> shown = new TreeSet<>(types);
    if (shown.size() > 1) {
      shown.remove("null");
    }
    lines.add((path.isEmpty() ? "(all)" : path) + " " + String.join(" | ", shown));
    Shape each = element;
    if (each != null) {
      each.write(path + "[]", lines);
    }
    for (int i = 0; i < names.size(); i++) {
      members.get(i).write((path.isEmpty() ? "" : path + ".") + names.get(i), lines);
    }
  }
}
