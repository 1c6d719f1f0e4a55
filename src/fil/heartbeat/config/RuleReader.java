package fil.heartbeat.config;

import fil.heartbeat.alert.model.AlertRule;
import fil.heartbeat.alert.model.Severity;
import fil.heartbeat.config.AlertsConfig.Rule;
import fil.heartbeat.text.GoDuration;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Reads {@code rules}: each configured member overrides the earlier value of the rule. */
final class RuleReader {
  /** The path of a rule's keys in the table. */
  private static final String TABLE = "alerts.rules.*";

  private RuleReader() {}

  /** The rules that are configured here. */
  static Map<AlertRule, Rule> read(Section section, Function<AlertRule, Rule> before) {
    Map<AlertRule, Rule> rules = new EnumMap<>(AlertRule.class);
    List<String> words = AlertRule.configurable().stream().map(AlertRule::label).toList();
    section
        .map("rules", TABLE)
        .forEach(
            (word, inner) -> {
              Optional<AlertRule> rule = AlertRule.named(word).filter(each -> words.contains(word));
              if (rule.isPresent()) {
                rules.put(rule.get(), rule(inner, rule.get(), before.apply(rule.get())));
              } else {
                section.fault("rules." + word, "unknown rule", Similar.hint(word, words));
              }
            });
    return rules;
  }

  private static Rule rule(Section section, AlertRule rule, Rule before) {
    Optional<Duration> hold =
        section.has("for") ? Optional.of(section.duration("for")) : before.hold();
    return new Rule(
        section.has("enabled") ? section.flag("enabled") : before.enabled(),
        hold,
        severity(section).orElse(before.severity()),
        criticalAfter(section, before, hold.orElse(rule.hold())),
        section.has("labels") ? Labels.read(section, "labels") : before.labels(),
        section.has("select") ? SelectorReader.nodes(section, "select") : before.select());
  }

  static Optional<Severity> severity(Section section) {
    return Checks.word(section, "severity", List.of(Severity.values()), Severity::label, false);
  }

  /** An inherited value may contradict the configured {@code for}. */
  private static Optional<Duration> criticalAfter(Section section, Rule before, Duration hold) {
    Object value = section.raw("criticalAfter");
    if (value != null) {
      return value.equals("")
          ? Optional.empty()
          : Optional.of(section.duration("criticalAfter", hold));
    }
    before
        .criticalAfter()
        .filter(after -> after.compareTo(hold) < 0)
        .ifPresent(
            after ->
                section.fault(
                    "criticalAfter",
                    GoDuration.format(after),
                    "at least for, " + GoDuration.format(hold) + ", or empty for never"));
    return before.criticalAfter();
  }
}
