package fil.heartbeat.alert.state;

import fil.heartbeat.alert.model.AlertText;
import fil.heartbeat.alert.model.Condition;
import fil.heartbeat.alert.model.Severity;
import java.time.Instant;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A rule's result for a subject.
 *
 * @param network of the subject, as nodes call it; null without one
 * @param group the network's name in group keys, see {@link AlertRecord#group}
 * @param labels of the subject
 * @param since when the condition began
 * @param notBefore the earliest time to fire
 * @param least the lowest severity, whatever the configuration says; null to keep the present one
 *     at least
 * @param text called when the alert begins, fires, or changes its severity; of a rule about
 *     optional members also while it lasts, once a minute
 */
public record RuleResult(
    Condition condition,
    @Nullable String network,
    @Nullable String group,
    Map<String, String> labels,
    Instant since,
    Instant notBefore,
    @Nullable Severity least,
    Supplier<AlertText> text) {

  /** A result that leaves the severity to the configuration. */
  public RuleResult(
      Condition condition,
      @Nullable String network,
      @Nullable String group,
      Map<String, String> labels,
      Instant since,
      Instant notBefore,
      Supplier<AlertText> text) {
    this(condition, network, group, labels, since, notBefore, Severity.INFO, text);
  }

  /** The result of a rule that is not about a node or a network. */
  public static RuleResult of(
      Condition condition, Map<String, String> labels, Instant since, AlertText text) {
    return new RuleResult(condition, null, null, labels, since, Instant.MIN, () -> text);
  }
}
