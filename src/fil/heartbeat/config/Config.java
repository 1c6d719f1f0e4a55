package fil.heartbeat.config;

import fil.heartbeat.config.ConfigException.Fault;
import fil.heartbeat.libp2p.HostProvider;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The whole configuration. A role whose section is absent is off; the sender is on when a node has
 * a target.
 *
 * @param alerts on when its section is present and the aggregator is on
 */
public record Config(
    SendersConfig senders,
    Optional<AggregatorConfig> aggregator,
    Optional<HttpConfig> http,
    Optional<AlertsConfig> alerts,
    LogConfig log,
    Libp2pConfig libp2p,
    ClientConfig client) {
  private static final List<String> LEVELS = List.of("error", "warn", "info", "debug", "trace");

  /**
   * Reads a file, overridden by the environment and then the system properties.
   *
   * @param folder base of relative paths
   * @throws ConfigException with every fault
   */
  public static Config parse(
      JsonObject file,
      Path folder,
      Map<String, String> environment,
      Map<String, String> properties) {
    List<Fault> faults = new ArrayList<>();
    JsonObject merged = Overlay.apply(file, environment, properties, faults);
    return parse(merged, folder, environment, faults);
  }

  /**
   * Reads a configuration that is already merged (file, environment, system properties).
   *
   * @param folder base of relative paths
   * @param environment for {@code FIL_HEARTBEAT_ALERTS} and the endpoints of the short form, such
   *     as {@code FULLNODE_API_INFO}
   * @throws ConfigException with every fault
   */
  public static Config parse(JsonObject json, Path folder, Map<String, String> environment) {
    return parse(json, folder, environment, new ArrayList<>());
  }

  private static Config parse(
      JsonObject json, Path folder, Map<String, String> environment, List<Fault> faults) {
    Section root = Section.root(json, faults);
    ClientConfig client = ClientConfig.read(root.section("client"), folder);
    Nodes nodes = new Nodes(folder, environment, client, faults);
    List<NodeConfig> nodeConfigs = nodes.read(root);
    int maxTargets = root.section("heartbeat").whole("maxTargets");
    long targets = nodeConfigs.stream().mapToLong(node -> node.targets().size()).sum();
    if (targets > maxTargets) {
      root.fault(
          "heartbeat.maxTargets",
          Integer.toString(maxTargets),
          "at least the " + targets + " targets named");
    }
    Optional<AggregatorConfig> aggregator =
        root.has("aggregator")
            ? Optional.of(AggregatorConfig.read(root.section("aggregator"), folder, client))
            : Optional.empty();
    checkAgainst(nodeConfigs, aggregator, root);
    Optional<AlertsConfig> alerts =
        root.has("alerts") ? alerts(root, aggregator, folder, client) : Optional.empty();
    Section libp2p = root.section("libp2p");
    String implementation = libp2p.text("implementation");
    if (!implementation.equals(HostProvider.BUILT_IN)
        && !implementation.equals(HostProvider.JVM_LIBP2P)) {
      libp2p.fault("implementation", implementation, "built-in or jvm-libp2p");
    }
    String nativeCurves = libp2p.text("nativeCurves");
    if (!nativeCurves.equals(Libp2pConfig.AUTO) && !nativeCurves.equals(Libp2pConfig.OFF)) {
      libp2p.fault("nativeCurves", nativeCurves, "auto or off");
    }
    Config config =
        new Config(
            new SendersConfig(nodeConfigs, root.has("nodes") || nodeConfigs.size() > 1, maxTargets),
            aggregator,
            root.has("http")
                ? Optional.of(HttpConfig.read(root.section("http"), folder))
                : Optional.empty(),
            alerts,
            log(root.section("log")),
            new Libp2pConfig(
                implementation,
                nativeCurves.equals(Libp2pConfig.AUTO),
                HostConfigKeys.read(libp2p)),
            client);
    if (!faults.isEmpty()) {
      throw new ConfigException(faults.stream().distinct().toList());
    }
    return config;
  }

  /** A copy with other nodes. */
  public Config withSenders(SendersConfig other) {
    return new Config(other, aggregator, http, alerts, log, libp2p, client);
  }

  /** A copy with another aggregator. */
  public Config withAggregator(Optional<AggregatorConfig> other) {
    return new Config(senders, other, http, alerts, log, libp2p, client);
  }

  /** A copy with other alerts. */
  public Config withAlerts(Optional<AlertsConfig> other) {
    return new Config(senders, aggregator, http, other, log, libp2p, client);
  }

  /** How to write endpoints that are understood although they are odd; one line each. */
  public List<String> advice() {
    return Stream.concat(
            senders.nodes().stream()
                .flatMap(
                    node ->
                        Stream.concat(
                            Stream.of(node.chain().endpoint()), node.miner().endpoints().stream())),
            aggregator.stream()
                .flatMap(role -> role.references().stream())
                .map(each -> each.chain().endpoint()))
        .map(RpcEndpoint::advice)
        .filter(advice -> !advice.isEmpty())
        .distinct()
        .toList();
  }

  /** Whether no role is on. */
  public boolean isIdle() {
    return !sends() && aggregator.isEmpty() && http.isEmpty();
  }

  /** Whether the sender role is on. */
  public boolean sends() {
    return !senders.sending().isEmpty();
  }

  private static void checkAgainst(
      List<NodeConfig> nodes, Optional<AggregatorConfig> aggregator, Section root) {
    for (NodeConfig node : nodes) {
      if (aggregator.isEmpty() && node.targets().stream().anyMatch(TargetConfig::isLocal)) {
        root.fault("aggregator", "(missing)", "a section, since a beatTarget is \"local\"");
      }
      aggregator
          .filter(
              config -> config.bind().keyFile().equals(node.keyFile()) && !node.targets().isEmpty())
          .ifPresent(
              config ->
                  root.fault(
                      "aggregator.keyFile",
                      config.bind().keyFile().toString(),
                      "a key of its own; a sender uses this one"));
    }
  }

  /** An empty section is no fault while alerting is off. */
  private static Optional<AlertsConfig> alerts(
      Section root, Optional<AggregatorConfig> aggregator, Path folder, ClientConfig client) {
    AlertsConfig alerts = AlertsReader.read(root.section("alerts"), folder, client);
    if (aggregator.isEmpty() && !alerts.equals(AlertsConfig.DEFAULT)) {
      root.fault("aggregator", "(missing)", "a section, since alerts are raised by it");
    }
    return aggregator.map(role -> role.members().isNamed() ? alerts.ofNamedFleet() : alerts);
  }

  private static LogConfig log(Section section) {
    String level = section.text("level");
    if (!LEVELS.contains(level)) {
      section.fault("level", level, "one of " + String.join(", ", LEVELS));
    }
    String format = section.text("format");
    if (!format.equals("text") && !format.equals("json")) {
      section.fault("format", format, "text or json");
    }
    return new LogConfig(level, format.equals("json"));
  }
}
