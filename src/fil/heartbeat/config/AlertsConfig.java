package fil.heartbeat.config;

import fil.heartbeat.alert.model.AlertRule;
import fil.heartbeat.alert.model.Selector;
import fil.heartbeat.alert.model.Severity;
import java.nio.file.Path;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/** The alert role. It needs the aggregator. */
public record AlertsConfig(
    Rules rules, Delivery delivery, List<Maintenance> maintenance, Watching watching) {

  /**
   * When alerts fire and resolve.
   *
   * @param byName every rule, as configured
   * @param groups of nodes with settings of their own; the first that selects a node applies
   * @param keepFiringFor how long a condition must be false before its alert is resolved, 0s to 1h
   * @param monitorAfter how long a node that the configuration does not name must beat before it
   *     gets alerts, 0s to 24h; only for an open fleet, where every node is a voter
   * @param isolationLimit how long at most {@code FleetIsolated} suppresses alerts of nodes, 1m to
   *     24h
   * @param limits of what nodes report about themselves
   */
  public record Rules(
      Map<AlertRule, Rule> byName,
      List<Group> groups,
      Flapping flapping,
      Duration keepFiringFor,
      Duration monitorAfter,
      Duration isolationLimit,
      Limits limits) {

    public static final Duration KEEP_FIRING_FOR = Duration.ofSeconds(10);
    public static final Duration MONITOR_AFTER = Duration.ofMinutes(5);
    public static final Duration ISOLATION_LIMIT = Duration.ofMinutes(10);

    /** The defaults. */
    public static final Rules DEFAULT =
        new Rules(
            Map.of(),
            List.of(),
            Flapping.DEFAULT,
            KEEP_FIRING_FOR,
            MONITOR_AFTER,
            ISOLATION_LIMIT,
            Limits.DEFAULT);

    public Rules {
      Map<AlertRule, Rule> all = new LinkedHashMap<>();
      for (AlertRule rule : AlertRule.values()) {
        all.put(rule, byName.getOrDefault(rule, Rule.of(rule)));
      }
      byName = Map.copyOf(all);
      groups = List.copyOf(groups);
    }

    /** A copy with one rule changed. */
    public Rules withRule(AlertRule rule, UnaryOperator<Rule> change) {
      Map<AlertRule, Rule> changed = new HashMap<>(byName);
      changed.computeIfPresent(rule, (same, before) -> change.apply(before));
      return new Rules(
          changed, groups, flapping, keepFiringFor, monitorAfter, isolationLimit, limits);
    }

    /** A copy with other groups. */
    public Rules withGroups(List<Group> others) {
      return new Rules(
          byName, others, flapping, keepFiringFor, monitorAfter, isolationLimit, limits);
    }

    /** A copy with other settings of flapping. */
    public Rules withFlapping(Flapping other) {
      return new Rules(byName, groups, other, keepFiringFor, monitorAfter, isolationLimit, limits);
    }

    /** A copy with another time. */
    public Rules withKeepFiringFor(Duration time) {
      return new Rules(byName, groups, flapping, time, monitorAfter, isolationLimit, limits);
    }

    /** A copy with another time. */
    public Rules withMonitorAfter(Duration time) {
      return new Rules(byName, groups, flapping, keepFiringFor, time, isolationLimit, limits);
    }

    /** A copy with other limits. */
    public Rules withLimits(Limits others) {
      return new Rules(
          byName, groups, flapping, keepFiringFor, monitorAfter, isolationLimit, others);
    }

    /** A copy with another limit. */
    public Rules withIsolationLimit(Duration limit) {
      return new Rules(byName, groups, flapping, keepFiringFor, monitorAfter, limit, limits);
    }
  }

  /**
   * What of a node's optional members is too little.
   *
   * @param peers at which or fewer a node is isolated, 0 to 1000
   * @param burnDays days that a balance must last at the burn of the last 24 hours, 0 to 365; 0 to
   *     look at the amount alone
   * @param fil role of an address to the balance that is too low, in whole FIL, 0 to 10^9; 0 for
   *     addresses that are not watched
   */
  public record Limits(int peers, int burnDays, Map<String, Integer> fil) {

    /** Enough for some days of messages at usual fees, as Curio warns too. */
    public static final int FIL = 5;

    public static final Limits DEFAULT =
        new Limits(3, 3, Map.of("worker", FIL, "control", FIL, "owner", 0, "miner", 0, "other", 0));

    public Limits {
      fil = Map.copyOf(fil);
    }
  }

  /**
   * Where notifications go.
   *
   * @param routes which sinks get what; empty when every alert goes to every sink
   * @param groupWait how long alerts of one rule and network are collected before they are sent, 0s
   *     to 10m; also resolved ones
   */
  public record Delivery(List<SinkConfig> sinks, List<Route> routes, Duration groupWait) {

    public static final Duration GROUP_WAIT = Duration.ofSeconds(5);

    /** No sinks. */
    public static final Delivery DEFAULT = new Delivery(List.of(), List.of(), GROUP_WAIT);

    public Delivery {
      sinks = List.copyOf(sinks);
      routes = List.copyOf(routes);
    }

    /** A copy with other sinks. */
    public Delivery withSinks(List<SinkConfig> others) {
      return new Delivery(others, routes, groupWait);
    }

    /** A copy with other routes. */
    public Delivery withRoutes(List<Route> others) {
      return new Delivery(sinks, others, groupWait);
    }

    /** A copy with another time. */
    public Delivery withGroupWait(Duration time) {
      return new Delivery(sinks, routes, time);
    }
  }

  /** Watching of other aggregators by this one, and of this one from outside. */
  public record Watching(List<Peer> peers, Optional<Deadman> deadman) {

    /** Neither. */
    public static final Watching NONE = new Watching(List.of(), Optional.empty());

    public Watching {
      peers = List.copyOf(peers);
    }
  }

  /**
   * One rule.
   *
   * @param hold {@code for}: how long its condition must hold before it fires, 0s to 168h; empty
   *     for the rule's default
   * @param criticalAfter after how long it becomes critical, whatever its severity; empty for never
   * @param labels added to its alerts
   * @param select the nodes that it applies to
   */
  public record Rule(
      boolean enabled,
      Optional<Duration> hold,
      Severity severity,
      Optional<Duration> criticalAfter,
      Map<String, String> labels,
      Selector select) {
    public Rule {
      labels = Map.copyOf(labels);
    }

    /** The default of a rule. */
    public static Rule of(AlertRule rule) {
      return new Rule(
          rule.enabled(),
          Optional.empty(),
          rule.severity(),
          rule.criticalAfter(),
          Map.of(),
          Selector.ALL);
    }

    /** A copy that is on or off. */
    public Rule withEnabled(boolean on) {
      return new Rule(on, hold, severity, criticalAfter, labels, select);
    }

    /** A copy with another {@code for}. */
    public Rule withHold(Duration time) {
      return new Rule(enabled, Optional.of(time), severity, criticalAfter, labels, select);
    }

    /** A copy for other nodes. */
    public Rule withSelect(Selector nodes) {
      return new Rule(enabled, hold, severity, criticalAfter, labels, nodes);
    }
  }

  /**
   * Nodes with settings of their own.
   *
   * @param severity of all of their alerts; empty to leave it
   * @param labels added to their alerts
   * @param rules that replace the general ones; rules not named stay. Members that a group does not
   *     set are those of {@link Rules#byName}
   */
  public record Group(
      String name,
      Selector select,
      Optional<Severity> severity,
      Map<String, String> labels,
      Map<AlertRule, Rule> rules) {
    public Group {
      labels = Map.copyOf(labels);
      rules = Map.copyOf(rules);
    }
  }

  /**
   * The sinks of selected alerts. An alert goes to the sinks of every route that selects it.
   *
   * @param sinks their names
   */
  public record Route(Selector select, List<String> sinks) {
    public Route {
      sinks = List.copyOf(sinks);
    }
  }

  /**
   * A recurring window in which no sink is notified of new alerts.
   *
   * @param days on which it begins; empty for each day
   * @param from local time at which it begins
   * @param to local time at which it ends; on the next day when it is not after {@code from}
   */
  public record Maintenance(
      String name,
      Selector select,
      Set<DayOfWeek> days,
      LocalTime from,
      LocalTime to,
      ZoneId zone) {
    public Maintenance {
      days = Set.copyOf(days);
    }
  }

  /**
   * When a node counts as flapping.
   *
   * @param changes to an unhealthy state within {@code window} that make it flap, 2 to 100
   * @param window 1m to 24h
   * @param calm time without such a change after which it flaps no more, 1m to 24h
   */
  public record Flapping(int changes, Duration window, Duration calm) {
    /**
     * Hours, since a network path with a third of its packets lost makes a node late for some
     * seconds about once an hour, all day.
     */
    public static final Flapping DEFAULT =
        new Flapping(4, Duration.ofHours(6), Duration.ofHours(6));
  }

  /**
   * Another aggregator that this one watches.
   *
   * @param url of its HTTP server, with the base path, without a slash at the end
   * @param tokenFile bearer token; empty for none
   */
  public record Peer(String name, String url, Optional<Path> tokenFile) {}

  /**
   * A ping to an external service while this process is healthy.
   *
   * @param url to request; a secret, since a ping can be faked with it
   * @param period 10s to 1h
   */
  public record Deadman(Secret url, Duration period) {}

  /**
   * The most other aggregators watched. Two or three watch each other, and each costs a request in
   * ten seconds.
   */
  public static final int MAX_PEERS = 8;

  public static final Duration DEADMAN_PERIOD = Duration.ofMinutes(1);

  /** The defaults of an empty section. */
  public static final AlertsConfig DEFAULT =
      new AlertsConfig(Rules.DEFAULT, Delivery.DEFAULT, List.of(), Watching.NONE);

  public AlertsConfig {
    maintenance = List.copyOf(maintenance);
  }

  /** A copy for a fleet that names its nodes: they need no time before they are monitored. */
  public AlertsConfig ofNamedFleet() {
    return withRules(all -> all.withMonitorAfter(Duration.ZERO));
  }

  /** A copy with other rules. */
  public AlertsConfig withRules(UnaryOperator<Rules> change) {
    return new AlertsConfig(change.apply(rules), delivery, maintenance, watching);
  }

  /** A copy with another delivery. */
  public AlertsConfig withDelivery(UnaryOperator<Delivery> change) {
    return new AlertsConfig(rules, change.apply(delivery), maintenance, watching);
  }

  /** A copy with other windows. */
  public AlertsConfig withMaintenance(List<Maintenance> windows) {
    return new AlertsConfig(rules, delivery, windows, watching);
  }

  /** A rule for nodes that are in no group. */
  public Rule rule(AlertRule rule) {
    Rule found = rules.byName().get(rule);
    return found == null ? Rule.of(rule) : found;
  }

  /** How long a rule's condition must hold before it fires, for nodes that are in no group. */
  public Duration hold(AlertRule rule) {
    return rule(rule).hold().orElse(rule.hold());
  }
}
