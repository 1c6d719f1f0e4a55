package fil.heartbeat.alert.model;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The severity of an alert; ascending. */
public enum Severity {
  INFO,
  WARNING,
  CRITICAL;

  /** The name in config.json, labels and notifications. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static Optional<Severity> named(String label) {
    return Arrays.stream(values()).filter(each -> each.label().equals(label)).findFirst();
  }

  public static List<String> labels() {
    return Arrays.stream(values()).map(Severity::label).toList();
  }
}
