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
  private static final String FULLNODE = "FULLNODE_API_INFO";
  private static final String MINER = "MINER_API_INFO";

  private final Path folder;
  private final Map<String, String> environment;
  private final ClientConfig client;
  private final List<Fault> faults;

  Nodes(Path folder, Map<String, String> environment, ClientConfig client, List<Fault> faults) {
    this.client = client;
    this.folder = folder;
    this.environment = environment;
    this.faults = faults;
  }

  List<NodeConfig> read(Section root) {
    List<NodeConfig> nodes = root.has("nodes") ? listed(root) : List.of(shortForm(root));
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
      nodes.add(
          node(
              section,
              nickname,
              keyPath,
              section.section("chain"),
              section.section("miner"),
              targets(section)));
    }
    return nodes;
  }

  private NodeConfig shortForm(Section root) {
    Section heartbeat = root.section("heartbeat");
    List<TargetConfig> targets = new ArrayList<>();
    target(heartbeat).ifPresent(targets::add);
    targets.addAll(targets(heartbeat));
    return node(
        heartbeat,
        Checks.nickname(heartbeat, "nickname"),
        Checks.path(root.section("identity"), "keyFile", folder),
        root.section("chain"),
        root.section("miner"),
        targets);
  }

  private NodeConfig node(
      Section section,
      String nickname,
      Path keyFile,
      Section chain,
      Section miner,
      List<TargetConfig> targets) {
    List<TargetConfig> all = new ArrayList<>(targets);
    alertTarget().ifPresent(all::add);
    checkTargets(section, all);
    boolean extras = section.flag("extras");
    return new NodeConfig(
        nickname,
        keyFile,
        extras,
        Tell.read(section, extras),
        chain(chain, section.duration("headMaxAge"), !all.isEmpty()),
        miner(miner),
        all);
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

  private ChainConfig chain(Section section, Duration headMaxAge, boolean needed) {
    String source = section.text("source");
    boolean simulated = source.equals("simulated");
    if (!simulated && !source.equals("rpc")) {
      section.fault("source", source, "rpc or simulated");
    }
    String url = section.text("url");
    Optional<Path> repo = Checks.optionalPath(section, "repo", folder);
    if (repo.isPresent() && !url.isEmpty()) {
      section.fault("repo", "beside url", "one of url, repo");
    }
    Optional<String> token = Optional.empty();
    if (url.isEmpty() && repo.isEmpty() && !simulated) {
      Optional<ApiInfo> info = apiInfo(FULLNODE);
      url = info.map(ApiInfo::url).orElse("");
      token = info.flatMap(ApiInfo::token);
    }
    if (!simulated && url.isEmpty() && repo.isEmpty() && needed && source.equals("rpc")) {
      section.fault("url", "(missing)", "http://<host>:<port>/rpc/v1, or FULLNODE_API_INFO");
    } else if (!url.isEmpty() && !RpcUrl.isUsable(url)) {
      section.fault("url", RpcUrl.shown(url), RpcUrl.EXPECTED);
    }
    return new ChainConfig(
        simulated ? ChainConfig.Source.SIMULATED : ChainConfig.Source.RPC,
        new RpcEndpoint(
            url, token, Checks.optionalPath(section, "tokenFile", folder), repo, caFile(section)),
        section.duration("pollPeriod"),
        headMaxAge,
        section.wholeLong("seed"));
  }

  private MinerConfig miner(Section section) {
    List<String> addresses = new ArrayList<>();
    section
        .optionalText("address")
        .ifPresent(
            address -> {
              Checks.minerAddress(section, "address", address);
              addresses.add(address);
            });
    addresses.addAll(Checks.addresses(section, "addresses"));
    Optional<RpcEndpoint> endpoint = section.optionalText("url").map(url -> minerUrl(section, url));
    if (endpoint.isEmpty() && addresses.isEmpty()) {
      endpoint =
          apiInfo(MINER)
              .map(
                  info ->
                      new RpcEndpoint(
                          info.url(),
                          info.token(),
                          Optional.empty(),
                          Optional.empty(),
                          caFile(section)));
    }
    return new MinerConfig(
        addresses.stream().distinct().toList(),
        Checks.addresses(section, "wallets"),
        endpoint.stream().toList());
  }

  private RpcEndpoint minerUrl(Section section, String url) {
    if (!RpcUrl.isUsable(url)) {
      section.fault("url", RpcUrl.shown(url), RpcUrl.EXPECTED);
    }
    return new RpcEndpoint(
        url,
        Optional.empty(),
        Checks.optionalPath(section, "tokenFile", folder),
        Optional.empty(),
        caFile(section));
  }

  private Optional<Path> caFile(Section section) {
    return Checks.optionalPath(section, "caFile", folder).or(client::caFile);
  }

  private Optional<ApiInfo> apiInfo(String variable) {
    String text = environment.getOrDefault(variable, "");
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(ApiInfo.parse(text));
    } catch (IllegalArgumentException e) {
      faults.add(new Fault(variable, "(not shown, it may hold a token)", ApiInfo.EXPECTED));
      return Optional.empty();
    }
  }

  /** A nickname may contain characters that a file name must not. */
  private static String fileName(String nickname) {
    return nickname.replaceAll("[/\\\\]", "_");
  }
}
