package fil.heartbeat.alert.model;

import java.util.List;
import java.util.Map;

/**
 * Selects alerts: every label named here must have one of the values given for it. {@code *} in a
 * value matches any run of characters. Labels of nodes are {@code alertname, severity, network,
 * peer_id, nickname, miner} and those that {@code aggregator.expected} gives them.
 *
 * @param labels label to values; empty selects everything
 */
public record Selector(Map<String, List<String>> labels) {

  /** Everything. */
  public static final Selector ALL = new Selector(Map.of());

  public Selector {
    labels = Map.copyOf(labels);
  }

  /** Whether it selects an alert with these labels. */
  public boolean matches(Map<String, String> alert) {
    return labels.entrySet().stream()
        .allMatch(
            each ->
                each.getValue().stream()
                    .anyMatch(glob -> glob(glob, alert.getOrDefault(each.getKey(), ""))));
  }

  /**
   * Whether a text matches a pattern with {@code *}. Backtracks only to the last star: linear in
   * practice, and no pattern can make it slow.
   */
  public static boolean glob(String glob, String text) {
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
