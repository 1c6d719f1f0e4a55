package fil.heartbeat.alert.model;

import static fil.heartbeat.alert.model.Severity.CRITICAL;
import static fil.heartbeat.alert.model.Severity.INFO;
import static fil.heartbeat.alert.model.Severity.WARNING;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The rules that are built in, with their defaults. */
public enum AlertRule {
  NODE_SILENT("NodeSilent", Subject.NODE, true, 15, WARNING),
  NODE_DISCONNECTED("NodeDisconnected", Subject.NODE, true, 60, WARNING),
  NODE_STOPPED("NodeStopped", Subject.NODE, true, 900, WARNING),
  NODE_NO_HEAD("NodeNoHead", Subject.NODE, true, 30, WARNING),
  EXPECTED_NODE_MISSING("ExpectedNodeMissing", Subject.NODE, true, 300, CRITICAL),
  NODE_SLOW("NodeSlow", Subject.NODE, false, 60, WARNING),
  NODE_BEHIND("NodeBehind", Subject.NODE, true, 180, WARNING, 600L),
  NODE_STALLED("NodeStalled", Subject.NODE, true, 180, WARNING),
  NODE_AHEAD("NodeAhead", Subject.NODE, true, 180, WARNING),
  NODE_FORKED("NodeForked", Subject.NODE, true, 0, CRITICAL),
  WRONG_NETWORK("WrongNetwork", Subject.NODE, true, 60, WARNING),
  IDENTITY_CONFLICT("IdentityConflict", Subject.NODE, true, 60, WARNING),
  MINER_ADDRESS_CHANGED("MinerAddressChanged", Subject.NODE, true, 60, INFO),
  NODE_FLAPPING("NodeFlapping", Subject.NODE, true, 0, WARNING),
  NODE_FINALITY_LAG("NodeFinalityLag", Subject.NODE, true, 600, WARNING),
  UPGRADE_NOT_READY("UpgradeNotReady", Subject.NODE, true, 600, WARNING),
  NODE_ISOLATED("NodeIsolated", Subject.NODE, true, 300, WARNING),
  BALANCE_LOW("BalanceLow", Subject.NODE, true, 600, WARNING),
  MESSAGES_STUCK("MessagesStuck", Subject.NODE, true, 1_800, WARNING),
  NODE_RESTARTING("NodeRestarting", Subject.NODE, true, 0, WARNING),
  POST_AT_RISK("PostAtRisk", Subject.MINER, true, 60, CRITICAL),
  SECTOR_FAULTS("SectorFaults", Subject.MINER, true, 600, WARNING),
  FLEET_FORKED("FleetForked", Subject.NETWORK, true, 0, CRITICAL),
  CONSENSUS_LOST("ConsensusLost", Subject.NETWORK, true, 90, CRITICAL),
  NETWORK_STALLED("NetworkStalled", Subject.NETWORK, true, 180, CRITICAL),
  FINALITY_LAG("FinalityLag", Subject.NETWORK, true, 600, WARNING, 7_200L),
  FINALITY_CONFLICT("FinalityConflict", Subject.NETWORK, true, 0, CRITICAL),
  VERSION_SPREAD("VersionSpread", Subject.NETWORK, true, 86_400, INFO),
  FLEET_ISOLATED("FleetIsolated", Subject.AGGREGATOR, true, 0, CRITICAL),
  AGGREGATOR_DEGRADED("AggregatorDegraded", Subject.AGGREGATOR, true, 60, WARNING),
  AGGREGATOR_DOWN("AggregatorDown", Subject.AGGREGATOR, true, 60, CRITICAL),
  CERTIFICATE_EXPIRES(
      "CertificateExpires", Subject.AGGREGATOR, true, 60, WARNING, AlertRule.CERTIFICATE_NOTICE),
  UNKNOWN_NODES("UnknownNodes", Subject.AGGREGATOR, false, 60, INFO),
  WATCHDOG("Watchdog", Subject.AGGREGATOR, true, 0, INFO),

  /** The aggregator's own test of the path from a beat to a notification; never listed. */
  CANARY("Canary", Subject.AGGREGATOR, true, 0, INFO);

  /** How long before its end a certificate should be renewed, in seconds. */
  public static final long CERTIFICATE_NOTICE = 14 * 24 * 3600L;

  /** What an alert of the rule is about. */
  public enum Subject {
    NODE,
    /** A miner, by its address. */
    MINER,
    NETWORK,
    AGGREGATOR
  }

  /** Whether lists and feeds contain its alerts. */
  public enum Listed {
    TO_ALL,
    /** Only in queries for the rule by name: its alert is not a problem. */
    BY_NAME,
    TO_NOBODY
  }

  /** Which sinks its alerts go to. */
  public enum Routed {
    BY_ROUTES,
    /** The sinks that are configured to get the watchdog. */
    TO_WATCHDOG_SINKS,
    /** The sink of the canary alone. */
    TO_CANARY
  }

  /** How often the watchdog is sent again: receivers alarm when it does not come. */
  private static final Duration WATCHDOG_PERIOD = Duration.ofMinutes(5);

  private final String label;
  private final Subject subject;
  private final boolean enabled;
  private final Duration hold;
  private final Severity severity;
  private final @Nullable Duration criticalAfter;

  AlertRule(String label, Subject subject, boolean enabled, long seconds, Severity severity) {
    this(label, subject, enabled, seconds, severity, null);
  }

  AlertRule(
      String label,
      Subject subject,
      boolean enabled,
      long seconds,
      Severity severity,
      @Nullable Long criticalSeconds) {
    this.label = label;
    this.subject = subject;
    this.enabled = enabled;
    this.hold = Duration.ofSeconds(seconds);
    this.severity = severity;
    this.criticalAfter = criticalSeconds == null ? null : Duration.ofSeconds(criticalSeconds);
  }

  /** The name in config.json, labels and notifications. */
  public String label() {
    return label;
  }

  public Subject subject() {
    return subject;
  }

  /**
   * Whether it is about an optional member of a node's beats. Such an alert says nothing of a node
   * that does not report the member.
   */
  public boolean isOfOptionalMember() {
    return switch (this) {
      case NODE_FINALITY_LAG,
          UPGRADE_NOT_READY,
          NODE_ISOLATED,
          BALANCE_LOW,
          MESSAGES_STUCK,
          NODE_RESTARTING,
          POST_AT_RISK,
          SECTOR_FAULTS,
          FINALITY_LAG,
          FINALITY_CONFLICT,
          VERSION_SPREAD ->
          true;
      default -> false;
    };
  }

  /** Whether it is on by default. */
  public boolean enabled() {
    return enabled;
  }

  /** How long its condition must hold before it fires: {@code for}. */
  public Duration hold() {
    return hold;
  }

  public Severity severity() {
    return severity;
  }

  /** After how long it becomes critical; empty when its severity stays. */
  public Optional<Duration> criticalAfter() {
    return Optional.ofNullable(criticalAfter);
  }

  public Listed listed() {
    return switch (this) {
      case WATCHDOG -> Listed.BY_NAME;
      case CANARY -> Listed.TO_NOBODY;
      default -> Listed.TO_ALL;
    };
  }

  /** Whether its alerts survive a restart and appear in the history; others leave no trace. */
  public boolean isStored() {
    return this != CANARY;
  }

  /** Whether silences, maintenance and other rules can suppress it. */
  public boolean isSuppressible() {
    return this != WATCHDOG && this != CANARY;
  }

  /** Whether it fires while it is too early to judge nodes. */
  public boolean firesWhileWarming() {
    return this == CANARY;
  }

  /** After how long a sink is notified again of a firing alert; empty for only once. */
  public Optional<Duration> repeat() {
    return this == WATCHDOG ? Optional.of(WATCHDOG_PERIOD) : Optional.empty();
  }

  public Routed routed() {
    return switch (this) {
      case WATCHDOG -> Routed.TO_WATCHDOG_SINKS;
      case CANARY -> Routed.TO_CANARY;
      default -> Routed.BY_ROUTES;
    };
  }

  /** The rule with this label. */
  public static Optional<AlertRule> named(String label) {
    return Arrays.stream(values()).filter(each -> each.label.equals(label)).findFirst();
  }

  /** The rules that the configuration can change. */
  public static List<AlertRule> configurable() {
    return Arrays.stream(values()).filter(each -> each.listed() != Listed.TO_NOBODY).toList();
  }
}
