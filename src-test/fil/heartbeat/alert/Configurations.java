package fil.heartbeat.alert;

import fil.heartbeat.alert.model.AlertRule;
import fil.heartbeat.alert.model.Selector;
import fil.heartbeat.config.AlertsConfig;
import fil.heartbeat.config.AlertsConfig.Rule;
import fil.heartbeat.config.SinkConfig;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Configurations that differ from another in one thing. */
final class Configurations {
  private Configurations() {}

  /** What is to differ is set before {@link #made}. */
  private static final class Copy {
    private Map<AlertRule, Rule> rules;
    private List<AlertsConfig.Group> groups;
    private List<AlertsConfig.Route> routes;
    private List<SinkConfig> sinks;
    private List<AlertsConfig.Maintenance> maintenance;
    private Duration groupWait;
    private Duration keepFiringFor;
    private AlertsConfig.Flapping flapping;
    private Duration monitorAfter;
    private Duration isolationLimit;
    private List<AlertsConfig.Peer> peers;
    private Optional<AlertsConfig.Deadman> deadman;

    private Copy(AlertsConfig config) {
      rules = config.rules();
      groups = config.groups();
      routes = config.routes();
      sinks = config.sinks();
      maintenance = config.maintenance();
      groupWait = config.groupWait();
      keepFiringFor = config.keepFiringFor();
      flapping = config.flapping();
      monitorAfter = config.monitorAfter();
      isolationLimit = config.isolationLimit();
      peers = config.peers();
      deadman = config.deadman();
    }

    private AlertsConfig made() {
      return new AlertsConfig(
          rules,
          groups,
          routes,
          sinks,
          maintenance,
          groupWait,
          keepFiringFor,
          flapping,
          monitorAfter,
          isolationLimit,
          peers,
          deadman);
    }
  }

  static AlertsConfig rule(AlertsConfig config, AlertRule rule, UnaryOperator<Rule> change) {
    Map<AlertRule, Rule> rules = new HashMap<>(config.rules());
    rules.put(rule, change.apply(config.rule(rule)));
    Copy copy = new Copy(config);
    copy.rules = rules;
    return copy.made();
  }

  static AlertsConfig monitorAfter(AlertsConfig config, Duration next) {
    Copy copy = new Copy(config);
    copy.monitorAfter = next;
    return copy.made();
  }

  static AlertsConfig isolationLimit(AlertsConfig config, Duration next) {
    Copy copy = new Copy(config);
    copy.isolationLimit = next;
    return copy.made();
  }

  static AlertsConfig groups(AlertsConfig config, AlertsConfig.Group... groups) {
    Copy copy = new Copy(config);
    copy.groups = List.of(groups);
    return copy.made();
  }

  static AlertsConfig routes(AlertsConfig config, AlertsConfig.Route... routes) {
    Copy copy = new Copy(config);
    copy.routes = List.of(routes);
    return copy.made();
  }

  static AlertsConfig sinks(AlertsConfig config, SinkConfig... sinks) {
    Copy copy = new Copy(config);
    copy.sinks = List.of(sinks);
    return copy.made();
  }

  static AlertsConfig groupWait(AlertsConfig config, Duration time) {
    Copy copy = new Copy(config);
    copy.groupWait = time;
    return copy.made();
  }

  static AlertsConfig keepFiringFor(AlertsConfig config, Duration time) {
    Copy copy = new Copy(config);
    copy.keepFiringFor = time;
    return copy.made();
  }

  static AlertsConfig maintenance(AlertsConfig config, AlertsConfig.Maintenance... windows) {
    Copy copy = new Copy(config);
    copy.maintenance = List.of(windows);
    return copy.made();
  }

  static AlertsConfig flapping(AlertsConfig config, AlertsConfig.Flapping flapping) {
    Copy copy = new Copy(config);
    copy.flapping = flapping;
    return copy.made();
  }

  static Rule enabled(Rule rule, boolean enabled) {
    return new Rule(
        enabled, rule.hold(), rule.severity(), rule.criticalAfter(), rule.labels(), rule.select());
  }

  static Rule hold(Rule rule, long seconds) {
    return new Rule(
        rule.enabled(),
        Optional.of(Duration.ofSeconds(seconds)),
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
