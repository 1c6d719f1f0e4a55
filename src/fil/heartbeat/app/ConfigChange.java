package fil.heartbeat.app;

import fil.heartbeat.config.AggregatorConfig;
import fil.heartbeat.config.AlertsConfig;
import fil.heartbeat.config.Config;
import fil.heartbeat.config.MembersConfig;
import fil.heartbeat.config.NodeConfig;
import fil.heartbeat.config.SendersConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The difference between two configs: nodes that are added, removed or get other targets, and
 * alerts, all applied at once, and sections that need a restart. A node is identified by its key
 * file.
 */
record ConfigChange(
    List<NodeConfig> added,
    List<NodeConfig> removed,
    List<Retarget> retargeted,
    List<String> needRestart) {

  /** A node whose targets alone differ. */
  record Retarget(NodeConfig from, NodeConfig to) {}

  static ConfigChange between(Config from, Config to) {
    Map<Object, NodeConfig> before = byKey(from);
    Map<Object, NodeConfig> after = byKey(to);
    List<NodeConfig> added = new ArrayList<>();
    List<NodeConfig> removed = new ArrayList<>();
    List<Retarget> retargeted = new ArrayList<>();
    // Another form changes the bus addresses of every node.
    boolean sameForm = from.senders().multiNode() == to.senders().multiNode();
    before.forEach(
        (key, node) -> {
          NodeConfig next = after.get(key);
          if (next == null || !sameForm || !sameButTargets(node, next)) {
            removed.add(node);
          } else if (!node.targets().equals(next.targets())) {
            retargeted.add(new Retarget(node, next));
          }
        });
    after.forEach(
        (key, node) -> {
          NodeConfig old = before.get(key);
          if (old == null || !sameForm || !sameButTargets(old, node)) {
            added.add(node);
          }
        });
    List<String> needRestart = new ArrayList<>();
    compare(needRestart, "aggregator", from, to, ConfigChange::aggregatorButMembers);
    compare(needRestart, "http", from, to, Config::http);
    compare(needRestart, "log", from, to, Config::log);
    compare(needRestart, "heartbeat.maxTargets", from, to, each -> each.senders().maxTargets());
    compare(needRestart, "libp2p.implementation", from, to, each -> each.libp2p().implementation());
    compare(needRestart, "libp2p.nativeCurves", from, to, each -> each.libp2p().nativeCurves());
    compare(needRestart, "libp2p", from, to, each -> each.libp2p().host());
    compare(needRestart, "client", from, to, Config::client);
    return new ConfigChange(added, removed, retargeted, needRestart);
  }

  /** The config in force after the change: the new nodes, and the old rest. */
  Config applied(Config from, Config to) {
    return new Config(
        new SendersConfig(
            to.senders().nodes(), to.senders().multiNode(), from.senders().maxTargets()),
        from.aggregator()
            .map(old -> to.aggregator().map(each -> old.withMembers(each.members())).orElse(old)),
        from.http(),
        alerts(from, to),
        from.log(),
        from.libp2p(),
        from.client());
  }

  /**
   * Alerts that are added or removed together with the aggregator wait for the restart, as it does.
   */
  private static Optional<AlertsConfig> alerts(Config from, Config to) {
    return from.aggregator().isPresent() && to.aggregator().isPresent()
        ? to.alerts()
        : from.alerts();
  }

  private static Map<Object, NodeConfig> byKey(Config config) {
    return config.senders().sending().stream()
        .collect(
            Collectors.toMap(
                NodeConfig::keyFile, node -> node, (a, b) -> a, java.util.LinkedHashMap::new));
  }

  private static boolean sameButTargets(NodeConfig a, NodeConfig b) {
    return a.nickname().equals(b.nickname())
        && a.extras() == b.extras()
        && a.tell().equals(b.tell())
        && a.chain().equals(b.chain())
        && a.miner().equals(b.miner());
  }

  /** Changes of the members are applied at once. */
  private static Optional<AggregatorConfig> aggregatorButMembers(Config config) {
    return config
        .aggregator()
        .map(each -> each.withMembers(new MembersConfig(Set.of(), Set.of(), Map.of())));
  }

  private static void compare(
      List<String> needRestart, String name, Config from, Config to, Function<Config, ?> part) {
    if (!Objects.equals(part.apply(from), part.apply(to))) {
      needRestart.add(name);
    }
  }
}
