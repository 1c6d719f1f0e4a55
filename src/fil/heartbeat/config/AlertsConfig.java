package fil.heartbeat.config;

import fil.heartbeat.alert.model.AlertRule;
import fil.heartbeat.alert.model.Selector;
import fil.heartbeat.alert.model.Severity;
import java.nio.file.Path;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The alert role. It needs the aggregator.
 *
 * @param rules every rule, with what the configuration changes of it
 * @param groups of nodes that are treated otherwise; the first that selects a node applies
 * @param routes which sinks get what; empty when every alert goes to every sink
 * @param groupWait how long alerts of one rule and network are gathered before they are told, 0s to
 *     10m; for those that are over too
 * @param keepFiringFor how long something must be over before it is told to be, 0s to 1h
 * @param monitorAfter how long a node that no configuration names must beat until alerts are about
 *     it, 0s to 24h; matters in an open fleet only, where everyone is a voter
 * @param isolationLimit for how long {@code FleetIsolated} holds back alerts of nodes at most, 1m
 *     to 24h
 */
public record AlertsConfig(
    Map<AlertRule, Rule> rules,
    List<Group> groups,
    List<Route> routes,
    List<SinkConfig> sinks,
    List<Maintenance> maintenance,
    Duration groupWait,
    Duration keepFiringFor,
    Flapping flapping,
    Duration monitorAfter,
    Duration isolationLimit,
    List<Peer> peers,
    Optional<Deadman> deadman) {

  /**
   * One rule.
   *
   * @param hold {@code for}: how long it must last before it fires, 0s to 168h; empty when nothing
   *     is written, so that it is what the rule has by itself
   * @param criticalAfter how long until it is critical, whatever its severity; empty for never
   * @param labels added to its alerts
   * @param select the nodes that it is about
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

    /** As it is when the configuration says nothing. */
    public static Rule of(AlertRule rule) {
      return new Rule(
          rule.enabled(),
          Optional.empty(),
          rule.severity(),
          rule.criticalAfter(),
          Map.of(),
          Selector.ALL);
    }
  }

  /**
   * Nodes that are treated otherwise.
   *
   * @param severity of all of their alerts; empty to leave it
   * @param labels added to their alerts
   * @param rules that replace those of all; rules not named stay. What a group does not say of a
   *     rule is as {@link AlertsConfig#rules} has it
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
   * Alerts that go to some sinks. An alert goes to the sinks of every route that selects it.
   *
   * @param sinks names
   */
  public record Route(Selector select, List<String> sinks) {
    public Route {
      sinks = List.copyOf(sinks);
    }
  }

  /**
   * A window that comes again, in which nothing newly told is told.
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
   * When a node changes too often.
   *
   * @param changes into trouble within {@code window} from which it flaps, 2 to 100
   * @param window 1m to 24h
   * @param calm without a change into trouble after which it does no more, 1m to 24h
   */
  public record Flapping(int changes, Duration window, Duration calm) {
    /**
     * Hours, since a path that loses a third of its packets makes a node late for some seconds
     * about once an hour, all day.
     */
    public static final Flapping DEFAULT =
        new Flapping(4, Duration.ofHours(6), Duration.ofHours(6));
  }

  /**
   * Another aggregator that this one watches.
   *
   * @param url where its HTTP side is, with the base path, without a slash at its end
   * @param tokenFile bearer token; empty for none
   */
  public record Peer(String name, String url, Optional<Path> tokenFile) {}

  /**
   * A ping outwards for as long as all is well here.
   *
   * @param url that is got; a secret, since who knows it can fake it
   * @param period 10s to 1h
   */
  public record Deadman(Secret url, Duration period) {}

  /**
   * Other aggregators that are watched. Two or three watch each other, and each costs a request in
   * ten seconds.
   */
  public static final int MAX_PEERS = 8;

  public static final Duration GROUP_WAIT = Duration.ofSeconds(5);
  public static final Duration KEEP_FIRING_FOR = Duration.ofSeconds(10);
  public static final Duration MONITOR_AFTER = Duration.ofMinutes(5);
  public static final Duration ISOLATION_LIMIT = Duration.ofMinutes(10);
  public static final Duration DEADMAN_PERIOD = Duration.ofMinutes(1);

  /** As it is when the section is there and empty. */
  public static final AlertsConfig DEFAULT =
      new AlertsConfig(
          Map.of(),
          List.of(),
          List.of(),
          List.of(),
          List.of(),
          GROUP_WAIT,
          KEEP_FIRING_FOR,
          Flapping.DEFAULT,
          MONITOR_AFTER,
          ISOLATION_LIMIT,
          List.of(),
          Optional.empty());

  public AlertsConfig {
    Map<AlertRule, Rule> all = new LinkedHashMap<>();
    for (AlertRule rule : AlertRule.values()) {
      all.put(rule, rules.getOrDefault(rule, Rule.of(rule)));
    }
    rules = Map.copyOf(all);
    groups = List.copyOf(groups);
    routes = List.copyOf(routes);
    sinks = List.copyOf(sinks);
    maintenance = List.copyOf(maintenance);
    peers = List.copyOf(peers);
  }

  /** The same for a fleet that is named: who is in it needs no time to show it. */
  public AlertsConfig ofNamedFleet() {
    return new AlertsConfig(
        rules,
        groups,
        routes,
        sinks,
        maintenance,
        groupWait,
        keepFiringFor,
        flapping,
        Duration.ZERO,
        isolationLimit,
        peers,
        deadman);
  }

  /** A rule as it is for nodes that are in no group. */
  public Rule rule(AlertRule rule) {
    Rule found = rules.get(rule);
    return found == null ? Rule.of(rule) : found;
  }

  /** How long a rule must last before it fires, for nodes that are in no group. */
  public Duration hold(AlertRule rule) {
    return rule(rule).hold().orElse(rule.hold());
  }
}
