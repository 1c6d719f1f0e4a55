package fil.heartbeat.config;

import fil.heartbeat.libp2p.Libp2pException;
import fil.heartbeat.libp2p.PeerId;
import io.vertx.core.json.JsonObject;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Which peers may connect to the aggregator and which nodes are expected.
 *
 * @param allow peers that may connect; empty for every peer
 * @param deny peers that may not
 * @param expected the fleet by peer id
 */
public record MembersConfig(Set<PeerId> allow, Set<PeerId> deny, Map<PeerId, Named> expected) {
  private static final String PEER_ID = "a peer id, such as 12D3KooW…";
  private static final int MAX_LABELS = 16;

  /** Whether it names the nodes of the fleet; otherwise the fleet is open. */
  public boolean isNamed() {
    return !allow.isEmpty() || !expected.isEmpty();
  }

  /** The name of an expected node, and labels for its alerts and metrics. */
  public record Named(String name, Map<String, String> labels) {
    public Named {
      labels = Map.copyOf(labels);
    }
  }

  public MembersConfig {
    allow = Set.copyOf(allow);
    deny = Set.copyOf(deny);
    expected = Map.copyOf(expected);
  }

  static MembersConfig read(Section section) {
    return new MembersConfig(
        peers(section, "allow"), peers(section, "deny"), expected(section, "expected"));
  }

  private static Set<PeerId> peers(Section section, String name) {
    Set<PeerId> peers = new HashSet<>();
    for (String text : section.texts(name)) {
      try {
        peers.add(PeerId.parse(text));
      } catch (Libp2pException e) {
        section.fault(name, text, PEER_ID);
      }
    }
    return peers;
  }

  private static Map<PeerId, Named> expected(Section section, String name) {
    Map<PeerId, Named> expected = new LinkedHashMap<>();
    Object value = section.raw(name);
    if (value == null) {
      return expected;
    }
    if (!(value instanceof JsonObject json)) {
      section.fault(name, value.toString(), "an object of peer id to name");
      return expected;
    }
    for (Map.Entry<String, Object> each : json) {
      String path = name + "." + each.getKey();
      Named named = named(section, path, each.getValue());
      try {
        expected.put(PeerId.parse(each.getKey()), named);
      } catch (Libp2pException e) {
        section.fault(path, each.getKey(), PEER_ID);
      }
    }
    return expected;
  }

  private static Named named(Section section, String path, Object value) {
    String form = "a name, or {\"name\": \"…\", \"labels\": {\"key\": \"value\"}}";
    if (value instanceof String text && isName(text)) {
      return new Named(text, Map.of());
    }
    if (value instanceof JsonObject json
        && Set.of("name", "labels").containsAll(json.fieldNames())
        && json.getValue("name") instanceof String text
        && isName(text)
        && json.getValue("labels", new JsonObject()) instanceof JsonObject labels
        && labels.size() <= MAX_LABELS
        && labels.stream().allMatch(label -> isLabel(label.getKey(), label.getValue()))) {
      Map<String, String> told = new LinkedHashMap<>();
      labels.forEach(label -> told.put(label.getKey(), (String) label.getValue()));
      return new Named(text, told);
    }
    section.fault(path, String.valueOf(value), form);
    return new Named("", Map.of());
  }

  static boolean isName(String text) {
    return !text.isBlank()
        && text.codePointCount(0, text.length()) <= 64
        && text.codePoints().noneMatch(Character::isISOControl);
  }

  private static boolean isLabel(String key, Object value) {
    return key.matches("[a-zA-Z_][a-zA-Z0-9_]{0,63}")
        && value instanceof String text
        && text.length() <= 256;
  }
}
