package fil.heartbeat.config;

import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Which alerts something is about: all that have, for each label named here, one of the values
 * named. A value may hold {@code *} for any run of characters. Labels of nodes are {@code
 * alertname, severity, network, peer_id, nickname, miner} and those that {@code
 * aggregator.expected} gives them.
 *
 * @param labels label to values; empty for everything
 */
public record Selector(Map<String, List<String>> labels) {

  /** Everything. */
  public static final Selector ALL = new Selector(Map.of());

  public Selector {
    labels = Map.copyOf(labels);
  }

  /**
   * Reads {@code {"rule", "severity", "nickname", "miner", "peerId", "network", "labels": {…}}},
   * each a text or a list of texts.
   *
   * @throws IllegalArgumentException that names each bad member, its value and what is expected
   */
  public static Selector parse(JsonObject json) {
    List<ConfigException.Fault> faults = new ArrayList<>();
    Section section = Section.root(new JsonObject(), faults);
    Selector selector = SelectorReader.read(section, "", json, false);
    if (!faults.isEmpty()) {
      throw new IllegalArgumentException(
          faults.stream().map(ConfigException.Fault::toString).collect(Collectors.joining("; ")));
    }
    return selector;
  }

  /** The form that {@link #parse} reads; each member a list, none for everything. */
  public JsonObject toJson() {
    return SelectorReader.write(this);
  }

  /** Whether an alert with these labels is meant. */
  public boolean matches(Map<String, String> alert) {
    return labels.entrySet().stream()
        .allMatch(
            each ->
                each.getValue().stream()
                    .anyMatch(glob -> glob(glob, alert.getOrDefault(each.getKey(), ""))));
  }

  /** No backtracking beyond the last star: linear in practice, and no pattern can make it slow. */
  static boolean glob(String glob, String text) {
    int at = 0;
    int place = 0;
    int star = -1;
    int retry = 0;
    while (place < text.length()) {
      if (at < glob.length() && glob.charAt(at) == '*') {
        star = at++;
        retry = place;
      } else if (at < glob.length() && glob.charAt(at) == text.charAt(place)) {
        at++;
        place++;
      } else if (star >= 0) {
        at = star + 1;
        place = ++retry;
      } else {
        return false;
      }
    }
    while (at < glob.length() && glob.charAt(at) == '*') {
      at++;
    }
    return at == glob.length();
  }
}
