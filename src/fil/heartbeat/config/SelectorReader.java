package fil.heartbeat.config;

import fil.heartbeat.alert.model.AlertLabels;
import fil.heartbeat.alert.model.AlertRule;
import fil.heartbeat.alert.model.Selector;
import fil.heartbeat.alert.model.Severity;
import fil.heartbeat.libp2p.Libp2pException;
import fil.heartbeat.libp2p.PeerId;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes selectors as JSON: {@code {"rule", "severity", "nickname", "miner", "peerId",
 * "network", "labels": {…}}}, each a text or a list of texts.
 */
public final class SelectorReader {
  /** For more nodes, configure a common label. */
  private static final int MAX_VALUES = 64;

  private static final String LABELS = "labels";
  private static final String TEXTS =
      Labels.VALUE + ", or a list of 1 to " + MAX_VALUES + " of them";

  /** Member to the label that it selects. */
  private static final Map<String, String> MEMBERS = new LinkedHashMap<>();

  static {
    MEMBERS.put("rule", AlertLabels.ALERTNAME);
    MEMBERS.put("severity", AlertLabels.SEVERITY);
    MEMBERS.put("nickname", AlertLabels.NICKNAME);
    MEMBERS.put("miner", AlertLabels.MINER);
    MEMBERS.put("peerId", AlertLabels.PEER_ID);
    MEMBERS.put("network", AlertLabels.NETWORK);
  }

  private static final List<String> ABOUT_THE_ALERT = List.of("rule", "severity");

  private final Section section;
  private final Map<String, List<String>> labels = new LinkedHashMap<>();

  private SelectorReader(Section section) {
    this.section = section;
  }

  /**
   * Reads a selector.
   *
   * @throws IllegalArgumentException that names each invalid member, its value and what is expected
   */
  public static Selector read(JsonObject json) {
    List<ConfigException.Fault> faults = new ArrayList<>();
    Section section = Section.root(new JsonObject(), faults);
    Selector selector = read(section, "", json, false);
    if (!faults.isEmpty()) {
      throw new IllegalArgumentException(
          faults.stream().map(ConfigException.Fault::toString).collect(Collectors.joining("; ")));
    }
    return selector;
  }

  /** A selector of alerts; everything when it is absent. */
  static Selector alerts(Section section, String name) {
    return read(section, name, false);
  }

  /** A selector of nodes, without rule and severity, which nodes do not have. */
  static Selector nodes(Section section, String name) {
    return read(section, name, true);
  }

  private static Selector read(Section section, String name, boolean nodesOnly) {
    Object value = section.raw(name);
    if (value == null) {
      return Selector.ALL;
    }
    if (!(value instanceof JsonObject json)) {
      section.fault(
          name, Section.show(value), "an object of " + String.join(", ", members(nodesOnly)));
      return Selector.ALL;
    }
    return read(section, name + ".", json, nodesOnly);
  }

  /**
   * Reads an object.
   *
   * @param prefix of the members' paths in the section
   */
  private static Selector read(Section section, String prefix, JsonObject json, boolean nodesOnly) {
    SelectorReader reader = new SelectorReader(section);
    for (Map.Entry<String, Object> each : json) {
      String path = prefix + each.getKey();
      String label = MEMBERS.get(each.getKey());
      if (nodesOnly && ABOUT_THE_ALERT.contains(each.getKey())) {
        section.fault(
            path, "selects alerts", "absent; nodes have " + String.join(", ", members(true)));
      } else if (label != null) {
        reader.put(path, label, each.getValue());
      } else if (each.getKey().equals(LABELS)) {
        reader.labels(path, each.getValue());
      } else {
        section.fault(path, "unknown key", Similar.hint(each.getKey(), members(nodesOnly)));
      }
    }
    return new Selector(reader.labels);
  }

  /**
   * The form that {@link #read(JsonObject)} reads; each member a list, no member for everything.
   */
  public static JsonObject write(Selector selector) {
    JsonObject json = new JsonObject();
    JsonObject others = new JsonObject();
    MEMBERS.forEach(
        (member, label) -> {
          List<String> values = selector.labels().get(label);
          if (values != null) {
            json.put(member, new JsonArray(values));
          }
        });
    selector.labels().keySet().stream()
        .filter(label -> !MEMBERS.containsValue(label))
        .sorted()
        .forEach(label -> others.put(label, new JsonArray(selector.labels().get(label))));
    return others.isEmpty() ? json : json.put(LABELS, others);
  }

  private void labels(String path, @Nullable Object value) {
    if (!(value instanceof JsonObject json) || json.size() > Labels.MAX_LABELS) {
      section.fault(
          path,
          Section.show(value),
          "an object of at most " + Labels.MAX_LABELS + " labels to texts");
      return;
    }
    for (Map.Entry<String, Object> each : json) {
      String member = path + "." + each.getKey();
      Labels.checkName(section, member, each.getKey());
      put(member, each.getKey(), each.getValue());
    }
  }

  private void put(String path, String label, @Nullable Object value) {
    JsonArray list = value instanceof JsonArray many ? many : new JsonArray().add(value);
    if (list.isEmpty() || list.size() > MAX_VALUES) {
      section.fault(path, list.size() + " values", TEXTS);
      return;
    }
    List<String> texts = new ArrayList<>();
    for (Object each : list) {
      if (each instanceof String text && Labels.isValue(text)) {
        texts.add(checked(path, label, text));
      } else {
        section.fault(path, Section.show(each), TEXTS);
      }
    }
    labels.put(label, texts);
  }

  /** A value that cannot match would select nothing, unnoticed. */
  private String checked(String path, String label, String text) {
    List<String> words =
        switch (label) {
          case AlertLabels.ALERTNAME ->
              AlertRule.configurable().stream().map(AlertRule::label).toList();
          case AlertLabels.SEVERITY -> Severity.labels();
          default -> List.of();
        };
    if (!words.isEmpty() && words.stream().noneMatch(word -> Selector.glob(text, word))) {
      section.fault(path, text, Similar.hint(text, words));
    }
    if (!label.equals(AlertLabels.PEER_ID) || text.contains("*")) {
      return text;
    }
    try {
      return PeerId.parse(text).toString();
    } catch (Libp2pException e) {
      section.fault(path, text, "a peer id, such as 12D3KooW…, or a part of one with *");
      return text;
    }
  }

  private static List<String> members(boolean nodesOnly) {
    List<String> members = new ArrayList<>(MEMBERS.keySet());
    members.add(LABELS);
    if (nodesOnly) {
      members.removeAll(ABOUT_THE_ALERT);
    }
    return members;
  }
}
