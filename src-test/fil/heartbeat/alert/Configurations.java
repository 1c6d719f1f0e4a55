package fil.heartbeat.alert;

import fil.heartbeat.config.AlertRule;
import fil.heartbeat.config.AlertsConfig;
import fil.heartbeat.config.AlertsConfig.Rule;
import fil.heartbeat.config.Selector;
import fil.heartbeat.config.SinkConfig;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Configurations that differ from another in one thing. */
final class Configurations {
  private Configurations() {}

  static AlertsConfig rule(AlertsConfig config, AlertRule rule, UnaryOperator<Rule> change) {
    Map<AlertRule, Rule> rules = new HashMap<>(config.rules());
    rules.put(rule, change.apply(config.rule(rule)));
    return new AlertsConfig(
        rules,
        config.groups(),
        config.routes(),
        config.sinks(),
        config.maintenance(),
        config.groupWait(),
        config.keepFiringFor(),
        config.flapping(),
        config.monitorAfter(),
        config.isolationLimit(),
        config.peers(),
        config.deadman());
  }

  static AlertsConfig monitorAfter(AlertsConfig config, Duration next) {
    return new AlertsConfig(
        config.rules(),
        config.groups(),
        config.routes(),
        config.sinks(),
        config.maintenance(),
        config.groupWait(),
        config.keepFiringFor(),
        config.flapping(),
        next,
        config.isolationLimit(),
        config.peers(),
        config.deadman());
  }

  static AlertsConfig isolationLimit(AlertsConfig config, Duration next) {
    return new AlertsConfig(
        config.rules(),
        config.groups(),
        config.routes(),
        config.sinks(),
        config.maintenance(),
        config.groupWait(),
        config.keepFiringFor(),
        config.flapping(),
        config.monitorAfter(),
        next,
        config.peers(),
        config.deadman());
  }

  static AlertsConfig groups(AlertsConfig config, AlertsConfig.Group... groups) {
    return new AlertsConfig(
        config.rules(),
        List.of(groups),
        config.routes(),
        config.sinks(),
        config.maintenance(),
        config.groupWait(),
        config.keepFiringFor(),
        config.flapping(),
        config.monitorAfter(),
        config.isolationLimit(),
        config.peers(),
        config.deadman());
  }

  static AlertsConfig routes(AlertsConfig config, AlertsConfig.Route... routes) {
    return new AlertsConfig(
        config.rules(),
        config.groups(),
        List.of(routes),
        config.sinks(),
        config.maintenance(),
        config.groupWait(),
        config.keepFiringFor(),
        config.flapping(),
        config.monitorAfter(),
        config.isolationLimit(),
        config.peers(),
        config.deadman());
  }

  static AlertsConfig sinks(AlertsConfig config, SinkConfig... sinks) {
    return new AlertsConfig(
        config.rules(),
        config.groups(),
        config.routes(),
        List.of(sinks),
        config.maintenance(),
        config.groupWait(),
        config.keepFiringFor(),
        config.flapping(),
        config.monitorAfter(),
        config.isolationLimit(),
        config.peers(),
        config.deadman());
  }

  static AlertsConfig keepFiringFor(AlertsConfig config, Duration time) {
    return new AlertsConfig(
        config.rules(),
        config.groups(),
        config.routes(),
        config.sinks(),
        config.maintenance(),
        config.groupWait(),
        time,
        config.flapping(),
        config.monitorAfter(),
        config.isolationLimit(),
        config.peers(),
        config.deadman());
  }

  static AlertsConfig maintenance(AlertsConfig config, AlertsConfig.Maintenance... windows) {
    return new AlertsConfig(
        config.rules(),
        config.groups(),
        config.routes(),
        config.sinks(),
        List.of(windows),
        config.groupWait(),
        config.keepFiringFor(),
        config.flapping(),
        config.monitorAfter(),
        config.isolationLimit(),
        config.peers(),
        config.deadman());
  }

  static AlertsConfig flapping(AlertsConfig config, AlertsConfig.Flapping flapping) {
    return new AlertsConfig(
        config.rules(),
        config.groups(),
        config.routes(),
        config.sinks(),
        config.maintenance(),
        config.groupWait(),
        config.keepFiringFor(),
        flapping,
        config.monitorAfter(),
        config.isolationLimit(),
        config.peers(),
        config.deadman());
  }

  static Rule enabled(Rule rule, boolean enabled) {
    return new Rule(
        enabled, rule.hold(), rule.severity(), rule.criticalAfter(), rule.labels(), rule.select());
  }

  static Rule hold(Rule rule, long seconds) {
    return new Rule(
        rule.enabled(),
        Duration.ofSeconds(seconds),
        rule.severity(),
        rule.criticalAfter(),
        rule.labels(),
        rule.select());
  }

  static Rule select(Rule rule, Selector select) {
    return new Rule(
        rule.enabled(), rule.hold(), rule.severity(), rule.criticalAfter(), rule.labels(), select);
  }
}
