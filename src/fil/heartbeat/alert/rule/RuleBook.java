package fil.heartbeat.alert.rule;

import fil.heartbeat.alert.model.AlertLabels;
import fil.heartbeat.alert.model.AlertRule;
import fil.heartbeat.config.AlertsConfig;
import java.time.Duration;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The configured rules of each node. */
final class RuleBook {
  private final AlertsConfig config;
  private final Map<AlertRule, AlertsConfig.Rule> plain = new EnumMap<>(AlertRule.class);
  private final List<Map<AlertRule, AlertsConfig.Rule>> grouped;

  RuleBook(AlertsConfig config) {
    this.config = config;
    for (AlertRule rule : AlertRule.values()) {
      plain.put(rule, patient(rule, config.rule(rule)));
    }
    grouped = config.rules().groups().stream().map(this::merged).toList();
  }

  /**
   * The other node of a conflict may have connected a moment ago and leave soon: the conflict must
   * last as long as a node takes to become monitored.
   */
  private AlertsConfig.Rule patient(AlertRule rule, AlertsConfig.Rule own) {
    Duration least = config.rules().monitorAfter();
    return rule != AlertRule.IDENTITY_CONFLICT
            || own.hold().orElse(rule.hold()).compareTo(least) >= 0
        ? own
        : held(own, least);
  }

  private Map<AlertRule, AlertsConfig.Rule> merged(AlertsConfig.Group group) {
    Map<AlertRule, AlertsConfig.Rule> merged = new EnumMap<>(AlertRule.class);
    plain.forEach(
        (rule, all) -> {
          AlertsConfig.Rule own = patient(rule, group.rules().getOrDefault(rule, all));
          Map<String, String> labels = new LinkedHashMap<>(own.labels());
          labels.putAll(group.labels());
          merged.put(
              rule,
              new AlertsConfig.Rule(
                  own.enabled(),
                  own.hold(),
                  group.severity().orElse(own.severity()),
                  own.criticalAfter(),
                  labels,
                  own.select()));
        });
    return merged;
  }

  /** The rules of the first group that selects the node, or the general ones. */
  public Map<AlertRule, AlertsConfig.Rule> of(NodeTracking node) {
    for (int i = 0; i < grouped.size(); i++) {
      if (config.rules().groups().get(i).select().matches(node.labels())) {
        return grouped.get(i);
      }
    }
    return plain;
  }

  /** A rule if it is on for a node. */
  public Optional<AlertsConfig.Rule> of(AlertRule rule, NodeTracking node) {
    AlertsConfig.Rule own = node.rules(this).get(rule);
    if (own == null || !own.enabled()) {
      return Optional.empty();
    }
    boolean all = own.select().labels().isEmpty();
    if (!all && !own.select().matches(node.labels())) {
      return Optional.empty();
    }
    boolean twin = rule == AlertRule.IDENTITY_CONFLICT && node.node.twinSince() != null;
    return Optional.of(twin ? held(own, configured(rule, node).hold().orElse(rule.hold())) : own);
  }

  /** The rule as configured for a node: a conflict of a node with itself involves no other. */
  private AlertsConfig.Rule configured(AlertRule rule, NodeTracking node) {
    AlertsConfig.Rule all = config.rule(rule);
    return config.rules().groups().stream()
        .filter(group -> group.select().matches(node.labels()))
        .findFirst()
        .map(group -> group.rules().getOrDefault(rule, all))
        .orElse(all);
  }

  /** A copy with another {@code for}. */
  static AlertsConfig.Rule held(AlertsConfig.Rule rule, Duration hold) {
    return new AlertsConfig.Rule(
        rule.enabled(),
        Optional.of(hold),
        rule.severity(),
        rule.criticalAfter(),
        rule.labels(),
        rule.select());
  }

  /** A rule that is on and not about a node. */
  public Optional<AlertsConfig.Rule> of(AlertRule rule, Map<String, String> labels) {
    AlertsConfig.Rule own = config.rule(rule);
    return own.enabled() && own.select().matches(labels) ? Optional.of(own) : Optional.empty();
  }

  /** The labels of a network. */
  public static Map<String, String> labels(@Nullable String network) {
    return network == null || network.isEmpty() ? Map.of() : Map.of(AlertLabels.NETWORK, network);
  }
}
