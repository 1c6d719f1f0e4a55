package fil.heartbeat.alert.rule;

import fil.heartbeat.aggregator.Node;
import fil.heartbeat.alert.model.AlertRule;
import fil.heartbeat.alert.model.AlertText;
import fil.heartbeat.alert.model.Condition;
import java.time.Instant;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A rule that a node's own state decides.
 *
 * @param since when what it is about began, as far as the node's state tells; null for now
 */
record NodeRule(
    AlertRule rule,
    Check check,
    Function<Node, @Nullable Instant> since,
    Function<Node, AlertText> text) {

  /** Whether it holds. */
  @FunctionalInterface
  interface Check {
    /**
     * @param fires since when what fires was so; null when nothing fires
     */
    Condition of(Node node, boolean warming, @Nullable Instant fires);
  }
}
