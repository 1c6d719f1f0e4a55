package fil.heartbeat.alert.rule;

import fil.heartbeat.aggregator.Node;
import fil.heartbeat.alert.model.AlertRule;
import fil.heartbeat.alert.model.AlertText;
import fil.heartbeat.alert.model.Condition;
import java.time.Instant;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A rule evaluated from one node's state.
 *
 * @param since when the condition began, as far as the node's state shows; null for now
 */
record NodeRule(
    AlertRule rule,
    Check check,
    Function<Node, @Nullable Instant> since,
    Function<Node, AlertText> text) {

  /** Evaluates the condition. */
  @FunctionalInterface
  interface Check {
    /**
     * @param fires since when the alert's condition has held; null when it does not fire
     */
    Condition of(Node node, boolean warming, @Nullable Instant fires);
  }
}
