package fil.heartbeat.alert.state;

import fil.heartbeat.alert.model.AlertText;
import fil.heartbeat.alert.model.Condition;
import java.time.Instant;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a rule says of a subject.
 *
 * @param network of the subject, as nodes name it; null when it is about none
 * @param group name of its network for groups, see {@link AlertRecord#group}
 * @param labels that the subject has
 * @param since when what it is about began
 * @param notBefore it fires at this time at the earliest
 * @param text asked for when the alert begins, fires, or changes its severity
 */
public record RuleResult(
    Condition condition,
    @Nullable String network,
    @Nullable String group,
    Map<String, String> labels,
    Instant since,
    Instant notBefore,
    Supplier<AlertText> text) {

  /** Of a rule that is about no node and no network. */
  public static RuleResult of(
      Condition condition, Map<String, String> labels, Instant since, AlertText text) {
    return new RuleResult(condition, null, null, labels, since, Instant.MIN, () -> text);
  }
}
