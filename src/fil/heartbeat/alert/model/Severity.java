package fil.heartbeat.alert.model;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** How grave an alert is; ascending. */
public enum Severity {
  INFO,
  WARNING,
  CRITICAL;

  /** As config.json, labels and receivers spell it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static Optional<Severity> named(String word) {
    return Arrays.stream(values()).filter(each -> each.word().equals(word)).findFirst();
  }

  public static List<String> words() {
    return Arrays.stream(values()).map(Severity::word).toList();
  }
}
