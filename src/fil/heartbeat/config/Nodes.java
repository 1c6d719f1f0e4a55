package fil.heartbeat.config;

import fil.heartbeat.config.ConfigException.Fault;
import fil.heartbeat.libp2p.Libp2pException;
import fil.heartbeat.libp2p.Multiaddr;
import fil.heartbeat.libp2p.PeerId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads the nodes of a configuration: the list, or the short form for one. */
final class Nodes {
  private static final String ALERTS = "FIL_HEARTBEAT_ALERTS";

  private final Path folder;
  private final Map<String, String> environment;
  private final Endpoints endpoints;
  private final List<Fault> faults;

  Nodes(Path folder, Map<String, String> environment, ClientConfig client, List<Fault> faults) {
    this.endpoints = new Endpoints(folder, environment, client, faults);
    this.folder = folder;
    this.environment = environment;
    this.faults = faults;
  }

  List<NodeConfig> read(Section root) {
    List<NodeConfig> nodes = root.has("nodes") ? listed(root) : shortForm(root);
    checkKeys(nodes, faults);
    return nodes;
  }

  private List<NodeConfig> listed(Section root) {
    for (String section : List.of("identity", "chain", "miner")) {
      if (root.has(section)) {
        root.fault(section, "beside nodes", "absent; each node has its own");
      }
    }
    Section heartbeat = root.section("heartbeat");
    for (ConfigKey key : ConfigKeys.in("heartbeat")) {
      if (heartbeat.has(key.name()) && !key.name().equals("maxTargets")) {
        heartbeat.fault(key.name(), "beside nodes", "absent; only maxTargets may stand here");
      }
    }
    Set<String> nicknames = new HashSet<>();
    List<NodeConfig> nodes = new ArrayList<>();
    for (Section section : root.sections("nodes")) {
      String nickname = Checks.nickname(section, "nickname");
      if (nickname.isEmpty()) {
        section.fault("nickname", "(missing)", "1 to 64 bytes of UTF-8, unique");
      } else if (!nicknames.add(nickname)) {
        section.fault("nickname", nickname, "a nickname that no other node has");
      }
      String keyFile =
          section.has("keyFile") ? section.text("keyFile") : "keys/" + fileName(nickname) + ".key";
      Path keyPath = Checks.path(section, "keyFile", keyFile, folder);
      List<TargetConfig> targets = allTargets(section, targets(section));
      MinerConfig miner = miner(section.section("miner"), false);
      chains(section.section("chain"), section, false, !targets.isEmpty())
          .forEach(chain -> nodes.add(node(section, nickname, keyPath, chain, miner, targets)));
    }
    return nodes;
  }

  /** One node, or one for each endpoint that a variable lists. */
  private List<NodeConfig> shortForm(Section root) {
    Section heartbeat = root.section("heartbeat");
    String nickname = Checks.nickname(heartbeat, "nickname");
    Path keyFile = Checks.path(root.section("identity"), "keyFile", folder);
    List<TargetConfig> targets = new ArrayList<>();
    target(heartbeat).ifPresent(targets::add);
    targets.addAll(targets(heartbeat));
    List<TargetConfig> all = allTargets(heartbeat, targets);
    MinerConfig miner = miner(root.section("miner"), true);
    List<ChainConfig> chains = chains(root.section("chain"), heartbeat, true, !all.isEmpty());
    if (chains.size() == 1) {
      return List.of(node(heartbeat, nickname, keyFile, chains.get(0), miner, all));
    }
    if (root.section("identity").has("keyFile")) {
      root.fault(
          "identity.keyFile",
          Utf8Path.text(keyFile),
          "absent; each of the " + chains.size() + " endpoints has keys/<host>_<port>.key");
    }
    Set<String> names = new HashSet<>();
    List<NodeConfig> nodes = new ArrayList<>();
    for (ChainConfig chain : chains) {
      String name = RpcUrl.hostAndPort(chain.url());
      if (!names.add(name)) {
        root.fault(
            "chain.url", name + " twice in a variable", "a nodes list, which names each node");
      }
      Path ownKey = folder.resolve("keys").resolve(name + ".key").normalize();
      nodes.add(node(heartbeat, Checks.joined(nickname, name), ownKey, chain, miner, all));
    }
    return nodes;
  }

  private static NodeConfig node(
      Section section,
      String nickname,
      Path keyFile,
      ChainConfig chain,
      MinerConfig miner,
      List<TargetConfig> targets) {
    boolean extras = section.flag("extras");
    return new NodeConfig(
        nickname, keyFile, extras, Tell.read(section, extras), chain, miner, targets);
  }

  private List<TargetConfig> allTargets(Section section, List<TargetConfig> targets) {
    List<TargetConfig> all = new ArrayList<>(targets);
    alertTarget().ifPresent(all::add);
    checkTargets(section, all);
    return all;
  }

  private List<TargetConfig> targets(Section section) {
    List<TargetConfig> targets = new ArrayList<>();
    for (Section each : section.sections("targets")) {
      Optional<TargetConfig> target = target(each);
      if (target.isEmpty()) {
        each.fault("beatTarget", "(missing)", "a multiaddr that ends in /p2p/<peer id>, or local");
      }
      target.ifPresent(targets::add);
    }
    return targets;
  }

  private static Optional<TargetConfig> target(Section section) {
    String beatTarget = Checks.targetOrLocal(section, "beatTarget");
    TargetConfig target =
        new TargetConfig(
            beatTarget, section.duration("beatPeriod"), section.duration("reconnectPeriod"));
    return beatTarget.isEmpty() ? Optional.empty() : Optional.of(target);
  }

  private Optional<TargetConfig> alertTarget() {
    String text = environment.getOrDefault(ALERTS, "");
    if (text.isEmpty()) {
      return Optional.empty();
    }
    Optional<String> expected = Checks.unusable(text);
    if (expected.isPresent()) {
      faults.add(new Fault(ALERTS, text, expected.get()));
      return Optional.empty();
    }
    return Optional.of(
        new TargetConfig(text, TargetConfig.ALERT_PERIOD, TargetConfig.ALERT_PERIOD));
  }

  /** Two targets of one node with the same peer id would share a connection and count twice. */
  private static void checkTargets(Section section, List<TargetConfig> targets) {
    Map<String, String> seen = new HashMap<>();
    for (TargetConfig target : targets) {
      String peer = target.isLocal() ? Checks.LOCAL : peerOf(target.beatTarget());
      String other = seen.putIfAbsent(peer, target.beatTarget());
      if (other != null) {
        section.fault(
            "targets", target.beatTarget(), "a peer id that no other target of the node has");
      }
    }
  }

  private static String peerOf(String target) {
    try {
      return Multiaddr.parse(target).peerId().map(PeerId::toString).orElse(target);
    } catch (Libp2pException e) {
      return target;
    }
  }

  private static void checkKeys(List<NodeConfig> nodes, List<Fault> faults) {
    Map<Path, String> owners = new HashMap<>();
    for (NodeConfig node : nodes) {
      String other = owners.putIfAbsent(node.keyFile(), node.nickname());
      if (other != null) {
        faults.add(
            new Fault(
                "nodes",
                node.keyFile().toString(),
                "a key file of its own; " + other + " uses it"));
      }
    }
  }

  /** The source of the head; several when a variable lists endpoints. */
  private List<ChainConfig> chains(
      Section section, Section owner, boolean isShortForm, boolean isNeeded) {
    String source = section.text("source");
    boolean simulated = source.equals("simulated");
    if (!simulated && !source.equals("rpc")) {
      section.fault("source", source, "rpc or simulated");
    }
    List<RpcEndpoint> found =
        endpoints.ofChain(section, isShortForm && !simulated, isNeeded && source.equals("rpc"));
    Duration pollPeriod = section.duration("pollPeriod");
    Duration headMaxAge = owner.duration("headMaxAge");
    long seed = section.wholeLong("seed");
    return (found.isEmpty() ? List.of(RpcEndpoint.NONE) : found)
        .stream()
            .map(
                endpoint ->
                    new ChainConfig(
                        simulated ? ChainConfig.Source.SIMULATED : ChainConfig.Source.RPC,
                        endpoint,
                        pollPeriod,
                        headMaxAge,
                        seed))
            .toList();
  }

  private MinerConfig miner(Section section, boolean isShortForm) {
    List<String> addresses = new ArrayList<>();
    section
        .optionalText("address")
        .ifPresent(
            address -> {
              Checks.minerAddress(section, "address", address);
              addresses.add(address);
            });
    addresses.addAll(Checks.addresses(section, "addresses"));
    return new MinerConfig(
        addresses.stream().distinct().toList(),
        Checks.addresses(section, "wallets"),
        endpoints.ofMiner(section, isShortForm, !addresses.isEmpty()));
  }

  /** A nickname may contain characters that a file name must not. */
  private static String fileName(String nickname) {
    return nickname.replaceAll("[/\\\\]", "_");
  }
}
