package fil.heartbeat.alert.model;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The stages of an alert. */
public enum AlertStatus {
  /** The condition is true, but not yet for long enough. No sink is notified. */
  PENDING,
  FIRING,
  /** Firing, and acknowledged. */
  ACKNOWLEDGED,
  RESOLVED;

  /** The name in the HTTP API. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether it fires, acknowledged or not. */
  public boolean isFiring() {
    return this == FIRING || this == ACKNOWLEDGED;
  }

  public static Optional<AlertStatus> named(String label) {
    return Arrays.stream(values()).filter(each -> each.label().equals(label)).findFirst();
  }
}
