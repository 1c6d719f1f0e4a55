package fil.heartbeat.alert.rule;

import fil.heartbeat.alert.model.AlertText;
import fil.heartbeat.alert.model.Condition;
import java.time.Instant;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a rule about optional members finds for one subject.
 *
 * @param critical whether it is critical now, whatever the configuration says
 * @param since when the condition began; null for now
 * @param text called only when the condition holds
 */
record Outcome(
    Condition condition, boolean critical, @Nullable Instant since, Supplier<AlertText> text) {
  private static final AlertText NOTHING = new AlertText("", null);

  static final Outcome UNKNOWN = new Outcome(Condition.UNKNOWN, false, null, () -> NOTHING);
  static final Outcome FALSE = new Outcome(Condition.FALSE, false, null, () -> NOTHING);

  static Outcome holds(Supplier<AlertText> text) {
    return new Outcome(Condition.TRUE, false, null, text);
  }

  static Outcome holds(boolean critical, Supplier<AlertText> text) {
    return new Outcome(Condition.TRUE, critical, null, text);
  }

  /** Returns a copy with the time when the condition began. */
  Outcome since(Instant at) {
    return new Outcome(condition, critical, at, text);
  }
}
